// DAVTesting
