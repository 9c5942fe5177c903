// DAVHummingbird
