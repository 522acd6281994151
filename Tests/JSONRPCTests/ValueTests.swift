// Views of a parsed line: kinds, members, texts whose escapes are undone in place.
import JSONRPC
import Testing

struct ValueTests {
    @Test("Each kind, and nothing where another was asked for")
    func kinds() throws {
        try withValue(of: #"[null,true,false,1,"s",[1,2],{"a":1}]"#) { array in
            let values = Array(array.elements)
            #expect(values.map(\.kind) == [.null, .bool, .bool, .number, .string, .array, .object])
            #expect(values.map(\.count) == [0, 0, 0, 0, 0, 2, 1])
            #expect(values.map(\.bool) == [nil, true, false, nil, nil, nil, nil])
            #expect(values.map { $0.text?.string } == [nil, nil, nil, nil, "s", nil, nil])
            #expect(values.map(\.int64) == [nil, nil, nil, 1, nil, nil, nil])
            #expect(values.map { Array($0.elements).count } == [0, 0, 0, 0, 0, 2, 0])
            #expect(values.map { Array($0.members).count } == [0, 0, 0, 0, 0, 0, 1])
        }
    }

    @Test("Members in their order, found by name, past nested values")
    func members() throws {
        try withValue(of: #" { "z" : {"a":[{},[[]],"x"]} , "a" : 2 , "\u006d" : [ ] , "" : 4 } "#) { object in
            #expect(object.members.map { $0.name.string } == ["z", "a", "m", ""])
            #expect(object["a"]?.int64 == 2)
            #expect(object["m"]?.kind == .array)
            #expect(object[""]?.int64 == 4)
            #expect(object["A"] == nil)
            #expect(object["z"]?["a"]?.count == 3)
            #expect(object["a"]?["a"] == nil)
        }
    }

    @Test(
        "Escapes are undone",
        arguments: [
            (#""""#, ""), (#""plain""#, "plain"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u0041\u00e9\u00E9\u20ac\uFFFF""#, "Aéé€\u{FFFF}"), (#""\u0000""#, "\0"),
            (#""\u0000x""#, "\0x"), (#""\ud83d\ude80""#, "🚀"),
            (#""a\uD800\uDC00b\uDBFF\uDFFFc""#, "a\u{10000}b\u{10FFFF}c"),
            (#""\\u0041""#, "\\u0041"), (#""é\né日\"🚀""#, "é\né日\"🚀"), (#""e\u0301""#, "e\u{301}"),
            (#""0123456\n01234567\n012345678\n""#, "0123456\n01234567\n012345678\n"), (#""\/\/""#, "//"),
        ])
    func escapes(_ text: String, value: String) throws {
        try withValue(of: text) { string in
            for _ in 0..<2 {
                // At the second time of asking there is nothing left to undo.
                #expect(string.text.map { Array($0.bytes) } == Array(value.utf8))
            }
        }
        try withValue(of: "{\(text):[\(text),1]}") { object in
            #expect(object.members.first { _ in true }.map { Array($0.name.bytes) } == Array(value.utf8))
            let inner = object.members.first { _ in true }?.value.elements.first { _ in true }
            #expect(inner?.text.map { Array($0.bytes) } == Array(value.utf8))
        }
    }

    @Test("Undoing one string leaves its neighbours alone")
    func neighbours() throws {
        try withValue(of: #"{"a\n":"b\n","c\t":"d\t","e":"\u00e9"}"#) { object in
            let values = object.members.map { $0.value }
            #expect(values.reversed().map { $0.text?.string } == ["é", "d\t", "b\n"])
            #expect(object.members.map { $0.name.string } == ["a\n", "c\t", "e"])
        }
    }

    @Test(
        "A scalar as it was written",
        arguments: [
            "1.0", "1e2", "-0", "123456789012345678901234567890", "1e400", "null", "true", #""a\u00e9\n\"""#, #""""#,
        ])
    func raw(_ text: String) throws {
        #expect(try withValue(of: "[ \(text) ]") { $0.elements.first { _ in true }?.raw.string } == text)
    }

    @Test("An id whose text was asked for is still echoed as JSON of the same value")
    func rawAfterText() throws {
        try withValue(of: #"{"id":"a\"\u00e9\n","plain":"b"}"#) { object in
            var writer = JSONWriter()
            writer.beginArray()
            for (_, value) in object.members {
                writer.write(raw: value)
                let isPlain = value.text.map { $0 == "b" }
                // What is left in the buffer is no JSON: better nothing than that.
                #expect(value.raw.string == (isPlain == true ? "\"b\"" : ""))
                writer.write(raw: value)
            }
            writer.endArray()
            let line = writer.string
            #expect(line == #"["a\"\u00e9\n","a\"é\n","b","b"]"#)
        }
    }

    @Test("Texts are compared by their bytes")
    func texts() throws {
        try withValue(of: #"["abc","ab\u0063","abd","","\u00e9","e\u0301"]"#) { array in
            let texts = array.elements.compactMap(\.text)
            #expect(texts[0] == "abc" && texts[0] == texts[1] && texts[0].hashValue == texts[1].hashValue)
            #expect(!(texts[0] == "ab") && !(texts[0] == "abcd") && texts[0] != texts[2])
            #expect(texts[3] == "" && texts[3] == JSONText.empty)
            #expect(texts[4] == "é" && texts[4] != texts[5])
            #expect(Set(texts).count == 5)
        }
    }
}
