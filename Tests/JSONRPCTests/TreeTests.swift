// Trees of their own: there and back, and as files that people read.
import JSONRPC
import Testing

struct TreeTests {
    @Test("Random trees read back as themselves, on one line and indented", arguments: 0..<20)
    func roundTrip(_ seed: Int) throws {
        var random = TestRandom(seed: UInt64(seed))
        for _ in 0..<40 {
            let tree = random.tree()
            #expect(!tree.text.utf8.contains(0x0A))
            #expect(try JSON(parsing: tree.text).isSame(as: tree))
            #expect(try JSON(parsing: tree.indented).isSame(as: tree))
        }
    }

    @Test("Numbers keep their text where it is more than an integer's")
    func numbers() throws {
        let text = "[1,-5,9223372036854775807,9223372036854775808,1.0,1e400,0.1]"
        #expect(try JSON(parsing: text).text == text)
    }

    @Test("Two spaces for each level; empty containers on one line")
    func indented() throws {
        let tree = try JSON(parsing: #"{"a":[1,{"b":"x\n"}],"c":[],"d":{},"e":null}"#)
        #expect(
            tree.indented == """
                {
                  "a": [
                    1,
                    {
                      "b": "x\\n"
                    }
                  ],
                  "c": [],
                  "d": {},
                  "e": null
                }
                """)
    }

    @Test("Looking into a tree finds what is there, and nil else")
    func looking() throws {
        let tree = try JSON(parsing: #"{"a":[true,"s",2,0.5]}"#)
        #expect(tree["a"]?[0]?.bool == true)
        #expect(tree["a"]?[1]?.string == "s")
        #expect(tree["a"]?[2]?.int == 2)
        #expect(tree["a"]?[3]?.double == 0.5)
        #expect(tree["a"]?[4] == nil && tree["b"] == nil && tree[0] == nil && tree["a"]?["a"] == nil)
        #expect(tree["a"]?.array?.count == 4)
    }

    @Test("Faults of the text come through")
    func faults() {
        #expect(throws: JSONFault.syntax("the line is empty", offset: 0)) { try JSON(parsing: "") }
        #expect(throws: JSONFault.duplicateName("a", offset: 8)) { try JSON(parsing: #"{"a":1,"a":2}"#) }
    }
}
