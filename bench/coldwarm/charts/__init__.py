"""Charts of judged samples: one module per chart, one style for all of them."""
