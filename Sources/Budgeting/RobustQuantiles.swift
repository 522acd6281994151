// The middle and the upper end of a handful of amounts, whatever one of them does.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The 50th and 90th percentile of what the next amount will be.
package struct RobustQuantiles: Hashable, Sendable {
    package let p50: Int64
    package let p90: Int64
    package let samples: Int

    /// Above this many samples the empirical percentile is better than any assumption.
    static let empiricalFrom = 30
    /// How many samples the assumed spread counts as.
    static let priorSamples = 4.0

    /// Nil where there are no samples. Amounts below 0 count as 0; their order does not matter.
    ///
    /// p50 is the median. p90 is the empirical percentile (nearest rank) from 30 samples on. Below, amounts are taken
    /// as log-normal, as task costs are: p90 = median × e^(t·s·√(1 + 1/n)), a prediction quantile, where
    /// - s is the spread of the logarithms: 1.4826 × their median absolute deviation (Hampel 1974), which an outlier
    ///   does not move, pooled with `priorSpread` as if that came from 4 samples, so that few equal samples do not
    ///   claim certainty;
    /// - t widens for few samples: Student's 90 % quantile with n + 3 degrees of freedom, by its expansion
    ///   z + (z³ + z)/4ν (Abramowitz & Stegun 26.7.5), z = 1.2816.
    ///
    /// Floating point is used for the spread alone; sums of money never are.
    package init?(of amounts: [Int64], priorSpread: Double = 0.7) {
        let sorted = amounts.map { max($0, 0) }.sorted()
        guard let median = Self.median(sorted) else { return nil }
        samples = sorted.count
        p50 = median
        let rank = (sorted.count * 9 + 9) / 10
        let empirical = sorted[rank - 1]
        if sorted.count >= Self.empiricalFrom || median == 0 {
            p90 = max(empirical, median)
            return
        }
        let logs = sorted.map { log(max(Double($0), 0.5)) }
        let center = log(Double(median))
        let deviations = logs.map { abs($0 - center) }.sorted()
        let middle = deviations.count / 2
        let deviation =
            deviations.count % 2 == 1 ? deviations[middle] : (deviations[middle - 1] + deviations[middle]) / 2
        let count = Double(sorted.count)
        let spread = 1.4826 * deviation
        let pooled =
            ((Self.priorSamples * priorSpread * priorSpread + count * spread * spread) / (Self.priorSamples + count))
            .squareRoot()
        let z = 1.2816
        let t = z + (z * z * z + z) / (4 * (count + 3))
        let upper = Double(median) * exp(t * pooled * (1 + 1 / count).squareRoot())
        p90 = max(median, Int64(exactly: upper.rounded(.up)) ?? .max)
    }

    /// The middle one; of an even number the mean of both, rounded half to even.
    private static func median(_ sorted: [Int64]) -> Int64? {
        if sorted.isEmpty { return nil }
        let middle = sorted.count / 2
        if sorted.count % 2 == 1 { return sorted[middle] }
        return try? (Int128(sorted[middle - 1]) + Int128(sorted[middle])).dividedHalfToEven(by: 2)
    }
}
