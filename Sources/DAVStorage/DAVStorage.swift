// DAVStorage
