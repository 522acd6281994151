// Memory for what can grow to megabytes with one huge line, and must not stay that large.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Blocks of memory: small ones from the allocator, large ones straight from the system.
///
/// After one large block was freed, glibc keeps further ones of up to 32 MiB for itself, so that a process would stay as
/// large as its longest line. Pages that are unmapped are gone at once.
enum Block {
    private static let minMappedBytes = 256 << 10

    /// Nil where there is no memory.
    static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        guard byteCount >= minMappedBytes else { return malloc(byteCount) }
        let pages = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
        return pages == MAP_FAILED ? nil : pages
    }

    /// - Parameter byteCount: what it was allocated with.
    static func deallocate(_ start: UnsafeMutableRawPointer?, _ byteCount: Int) {
        if byteCount >= minMappedBytes { munmap(start, byteCount) } else { free(start) }
    }
}
