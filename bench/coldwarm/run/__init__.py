"""What is stored of a run: samples, attempts of studies, the files they are in."""
