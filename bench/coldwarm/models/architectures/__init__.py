"""The graphs of the built-in models, one module each, with a function `build`."""
