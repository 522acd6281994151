// What each weekday is of a mean day, as far as the days show it.

/// Seven shares whose mean is 1, for weekdays counted from that of the first day given.
///
/// Empirical Bayes (James and Stein; Efron and Morris 1975): a weekday's mean is moved towards 1 by the share of the
/// differences between weekdays that chance alone explains: all the way where they are no larger than chance, not at
/// all where every week is like the other. Days above three means count as three, so that one burst makes no weekday.
/// With under two weeks there is no weekday.
func weekdayShares(of days: ArraySlice<Double>) -> [Double] {
    let plain = [Double](repeating: 1, count: 7)
    let count = Double(days.count)
    let mean = days.reduce(0, +) / max(count, 1)
    guard days.count >= 14, mean > 0 else { return plain }
    var scaled = days.map { min($0 / mean, 3) }
    let scale = scaled.reduce(0, +) / count
    scaled = scaled.map { $0 / scale }

    var sums = [Double](repeating: 0, count: 7)
    var counts = [Double](repeating: 0, count: 7)
    for (index, day) in scaled.enumerated() {
        sums[index % 7] += day
        counts[index % 7] += 1
    }
    let means = zip(sums, counts).map { $0 / $1 }
    var within = 0.0
    for (index, day) in scaled.enumerated() { within += (day - means[index % 7]) * (day - means[index % 7]) }
    let chance = within / (count - 7) / (count / 7)
    let between = means.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } / 6 - chance
    guard between > 0 else { return plain }
    let shrunk = means.map { max(0, 1 + between / (between + chance) * ($0 - 1)) }
    let shrunkMean = shrunk.reduce(0, +) / 7
    return shrunk.map { $0 / shrunkMean }
}
