package main

// keptFree is what the unit and the image say, too: how much free memory is kept for SQLite, in bytes.
const keptFree = "MALLOC_TRIM_THRESHOLD_=33554432"
