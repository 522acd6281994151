// The month-end forecast: numbers in, a distribution out.
