// Recognises what a line is and hands it to its format's reader.

extension FileReading {
    /// One line without its end. A carriage return before the end is ignored.
    func readLine(_ line: UnsafeBufferPointer<UInt8>) -> LineOutcome {
        var line = line
        if line.last == 0x0D { line = UnsafeBufferPointer(rebasing: line.dropLast()) }
        var scanner = JSONScanner(line)
        scanner.skipSpace()
        if scanner.at == line.count { return .skipped(stream.isOpen ? .inStream : .blank) }
        guard scanner.byte == 0x7B || scanner.byte == 0x5B else { return readPlainLine(line) }
        var claude = ClaudeLine()
        switch claude.read(&scanner) {
        case .otherKind: return .skipped(.otherKind)
        case .malformed: return .malformed(lineFault(line))
        case .message where !isStreamLine(claude): return readTranscriptLine(claude, line)
        case .message, .other:
            guard let view = JSONView(checking: line) else { return .malformed(lineFault(line)) }
            return readValue(view)
        }
    }

    /// Streams of `claude -p` say `session_id`, transcripts `sessionId`. A line with neither belongs to the stream it
    /// stands in, unless it has what only transcripts have.
    private func isStreamLine(_ line: ClaudeLine) -> Bool {
        if line.sessionID != nil || line.requestID != nil { return false }
        return line.streamSessionID != nil || (line.timestamp == nil && claudePrint.session != nil)
    }

    /// Whether the start of an over-long line shows that it is of a kind without usage.
    func startsOtherKind(_ start: UnsafeBufferPointer<UInt8>) -> Bool {
        var claude = ClaudeLine()
        var scanner = JSONScanner(start)
        if case .otherKind = claude.read(&scanner) { return true }
        return false
    }

    /// Lines of an event stream (`data: {…}`), notices, and text that is no log line at all.
    private func readPlainLine(_ line: UnsafeBufferPointer<UInt8>) -> LineOutcome {
        if csv.take(header: line) { return .skipped(.context) }
        if !csv.columns.isEmpty { return readCSVLine(line) }
        if let data = line.after("data:") {
            let isDone = data.after("[DONE]") != nil
            if isDone { return finishEventStream(isWhole: true) }
            guard let view = JSONView(checking: data) else { return .malformed(lineFault(data)) }
            return readValue(view)
        }
        for name: StaticString in ["event:", "id:", "retry:", ":"] where line.after(name) != nil {
            return .skipped(.inStream)
        }
        if line.after("Claude AI usage limit reached") != nil { return .skipped(.usageLimit) }
        let isTextFile = [".log", ".txt", ".out"].contains { path.hasSuffix($0) }
        if isTextFile, !line.contains(0), isValidUTF8(UnsafeRawBufferPointer(line)) { return .skipped(.plainText) }
        return .malformed(lineFault(line))
    }

    /// A record of our own export as CSV.
    private func readCSVLine(_ line: UnsafeBufferPointer<UInt8>) -> LineOutcome {
        guard isValidUTF8(UnsafeRawBufferPointer(line)), let text = csv.json(line) else {
            return .malformed("is no record of this CSV")
        }
        return text.withUnsafeBufferPointer { bytes in
            guard let view = JSONView(checking: bytes) else { return .malformed("is no record of this CSV") }
            return readFlatRecord(view) ?? .skipped(.unrecognised)
        }
    }

    /// What exactly is wrong with a line, as far as it is quick to say.
    private func lineFault(_ line: UnsafeBufferPointer<UInt8>) -> String {
        if line.contains(0) { return "has NUL bytes" }
        if !isValidUTF8(UnsafeRawBufferPointer(line)) { return "is no UTF-8" }
        return "is no JSON"
    }

    /// Any checked value: a line, an element of a document, the data of an event.
    func readValue(_ view: JSONView) -> LineOutcome {
        guard view.isObject else { return .skipped(.unrecognised) }
        if let type = view["type"], type.isString, let outcome = readTyped(view, type) { return outcome }
        if let outcome = readGemini(view) { return outcome }
        if let outcome = readOpenCode(view) { return outcome }
        if let outcome = readAmp(view) { return outcome }
        if let outcome = readTelemetry(view) { return outcome }
        if let outcome = readBody(view) { return outcome }
        if let outcome = readFlatRecord(view) { return outcome }
        return .skipped(.unrecognised)
    }

    /// Lines that say their kind.
    private func readTyped(_ view: JSONView, _ type: JSONView) -> LineOutcome? {
        if type.isString("assistant") { return readAssistant(view) }
        if type.isString("user") { return .skipped(.otherKind) }
        if type.isString("result") { return readResult(view) }
        if type.isString("system") { return readSystem(view) }
        if type.isString("stream_event") {
            guard let event = view["event"] else { return .skipped(.noUsage) }
            return readPartialMessage(event, of: view)
        }
        if type.isString("session_meta") || type.isString("turn_context") || type.isString("event_msg") {
            return readCodex(view, type)
        }
        if type.hasPrefix("thread.") || type.hasPrefix("turn.") || type.hasPrefix("item.") {
            return readCodexExec(view, type)
        }
        if type.hasPrefix("step_") { return readOpenCodeStep(view, type) }
        if type.isString("init") { return readGeminiStart(view) }
        if type.hasPrefix("message_") || type.hasPrefix("content_block_") || type.isString("ping") {
            return readAnthropicEvent(view, type)
        }
        if type.hasPrefix("response.") { return readResponsesEvent(view, type) }
        return nil
    }

    /// What is left when the file ends.
    func finishStreams() {
        finishPrint()
        _ = finishEventStream(isWhole: false)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// What follows `prefix` and the spaces behind it; nil where these bytes do not start with it.
    func after(_ prefix: StaticString) -> UnsafeBufferPointer<UInt8>? {
        var rest = self[...]
        while rest.first == 0x20 { rest = rest.dropFirst() }
        let count = prefix.utf8CodeUnitCount
        guard rest.count >= count, equals(UnsafeBufferPointer(rebasing: rest.prefix(count)), prefix) else { return nil }
        rest = rest.dropFirst(count)
        while rest.first == 0x20 { rest = rest.dropFirst() }
        return UnsafeBufferPointer(rebasing: rest)
    }
}

extension JSONView {
    /// The elements of an array, or the value itself.
    func forEachDocumentPart(_ body: (JSONView) -> Void) {
        if isArray { forEachElement(body) } else { body(self) }
    }
}
