// The methods of the wire.
