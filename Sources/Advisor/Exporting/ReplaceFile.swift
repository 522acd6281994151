// Puts a file in the place of another at once: a reader sees the old one or the new one, never half of it.
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes `text` as `name` into `folder`, which is made where it is missing.
package func replaceFile(_ folder: String, _ name: String, _ text: String) throws(FileFault) {
    if mkdir(folder, 0o755) != 0, errno != EEXIST { throw problem("cannot make", folder) }
    let path = folder + "/" + name
    let waiting = folder + "/." + name + ".new"
    try writeText(text, to: waiting)
    guard rename(waiting, path) == 0 else { throw problem("cannot replace", path) }
}

private func problem(_ what: String, _ path: String) -> FileFault {
    FileFault(message: "\(what) \(path): \(String(cString: strerror(errno)))")
}
