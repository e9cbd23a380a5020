"""Contents of files, kept once each under their hash: photographs, documents, recordings."""
