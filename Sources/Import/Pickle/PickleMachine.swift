/// Reads a pickle without running it: containers and plain values are built, calls are kept as what they say.
///
/// Names that tensors and containers do not need are refused, so that a file that would run code where it is unpickled is
/// told apart from one that is data. Opcodes of protocols 2 to 5 that `torch.save` may write are known.
/// Source: the comments of CPython's `Lib/pickletools.py`.
struct PickleMachine {
  private let bytes: [UInt8]
  private let subject: String
  private var place: Int
  private(set) var heap = PickleHeap()
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var steps = 0

  /// More steps than a checkpoint of a hundred thousand tensors takes.
  private static let mostSteps = 6_000_000
  /// Deeper than anything a pickle of data nests while it is built.
  private static let deepestMark = 1000

  /// A pickle in some bytes, from a place on.
  init(_ bytes: [UInt8], at place: Int = 0, named subject: String) {
    self.bytes = bytes
    self.place = place
    self.subject = subject
  }

  /// Reads one pickle.
  /// - Returns: what it holds, what that refers to, and where the pickle ends.
  /// - Throws: `ImportError` if it is cut off, damaged, names what is refused or takes too many steps.
  static func read(
    _ bytes: [UInt8], at place: Int = 0, named subject: String
  ) throws(ImportError) -> (value: PickleValue, heap: PickleHeap, end: Int) {
    var machine = PickleMachine(bytes, at: place, named: subject)
    let value = try machine.run()
    return (value, machine.heap, machine.place)
  }

  private mutating func run() throws(ImportError) -> PickleValue {
    while true {
      steps += 1
      guard steps <= Self.mostSteps else {
        throw ImportError(.unsafe, subject, "its pickle takes more than \(Self.mostSteps) steps")
      }
      let code = try byte()
      if code == UInt8(ascii: ".") {
        guard marks.isEmpty, stack.count == 1 else { throw damaged("it stops in the middle") }
        return stack[0]
      }
      if try !runPlain(code), try !runContainer(code) {
        throw ImportError(
          .unsupported, subject,
          "its pickle has the opcode 0x\(String(code, radix: 16)) at byte \(place - 1), which tensors do not need"
        )
      }
    }
  }

  // MARK: Bytes

  private func damaged(_ what: String) -> ImportError {
    ImportError(.malformed, subject, "its pickle is damaged at byte \(place): \(what)")
  }

  private mutating func take(_ count: Int) throws(ImportError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - place else {
      throw ImportError(.truncated, subject, "its pickle ends early: fetch the file again")
    }
    defer { place += count }
    return bytes[place..<place + count]
  }

  private mutating func byte() throws(ImportError) -> UInt8 { try take(1).first! }

  /// A little-endian number without sign; one of eight bytes that does not fit becomes negative.
  private mutating func number(_ size: Int) throws(ImportError) -> Int {
    Int(truncatingIfNeeded: try take(size).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  private mutating func text(_ count: Int) throws(ImportError) -> PickleValue {
    .text(String(decoding: try take(count), as: UTF8.self))
  }

  private mutating func line() throws(ImportError) -> String {
    guard let end = bytes[place...].firstIndex(of: 10), end - place <= 4096 else {
      throw damaged("a line without an end")
    }
    defer { place = end + 1 }
    return String(decoding: bytes[place..<end], as: UTF8.self)
  }

  /// A whole number in two's complement of any length.
  private mutating func long(_ count: Int) throws(ImportError) -> PickleValue {
    let digits = try take(count)
    guard count > 8 else {
      let isNegative = digits.last.map { $0 & 0x80 != 0 } ?? false
      let bits = digits.reversed().reduce(isNegative ? UInt64.max : 0) { $0 << 8 | UInt64($1) }
      return .integer(Int(Int64(bitPattern: bits)))
    }
    return .large(Array(digits))
  }

  // MARK: The stack

  private mutating func pop() throws(ImportError) -> PickleValue {
    guard stack.count > marks.last ?? 0 else { throw damaged("it takes more than it has") }
    return stack.removeLast()
  }

  private mutating func popToMark() throws(ImportError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw damaged("it looks for a mark that is not there") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private func top() throws(ImportError) -> PickleValue {
    guard stack.count > marks.last ?? 0 else { throw damaged("it takes more than it has") }
    return stack.last!
  }

  /// Puts values into the container on top of the stack.
  private func container(_ kinds: Set<PickleNode.Kind>) throws(ImportError) -> Int {
    guard case .reference(let index) = try top(), kinds.contains(heap[index].kind) else {
      throw damaged("it puts values into what is no container")
    }
    return index
  }

  private mutating func remember(_ index: Int) throws(ImportError) { memo[index] = try top() }

  private mutating func recall(_ index: Int) throws(ImportError) {
    guard let value = memo[index] else { throw damaged("it recalls what it never kept") }
    stack.append(value)
  }

  private mutating func name(_ module: String, _ name: String) throws(ImportError) {
    let full = module + "." + name
    guard PickleNames.isKnown(full) else {
      throw ImportError(
        .unsafe, subject,
        "refers to \(full.prefix(120).filter { !$0.isNewline }): a whole module was pickled, which would run its code;"
          + " save model.state_dict() or export ONNX")
    }
    stack.append(.global(full))
  }

  // MARK: Opcodes

  /// Opcodes that push a plain value or move values about; false if this is none of them.
  private mutating func runPlain(_ code: UInt8) throws(ImportError) -> Bool {
    switch code {
    case 0x80:  // PROTO
      let version = try byte()
      guard version <= 5 else {
        throw ImportError(.unsupported, subject, "a pickle of protocol \(version), at most 5 is read")
      }
    case 0x95: _ = try number(8)  // FRAME
    case UInt8(ascii: "N"): stack.append(.none)
    case 0x88: stack.append(.boolean(true))
    case 0x89: stack.append(.boolean(false))
    case UInt8(ascii: "J"): stack.append(.integer(Int(Int32(truncatingIfNeeded: try number(4)))))
    case UInt8(ascii: "K"): stack.append(.integer(try number(1)))
    case UInt8(ascii: "M"): stack.append(.integer(try number(2)))
    case 0x8a: stack.append(try long(try number(1)))
    case 0x8b: stack.append(try long(try number(4)))
    case UInt8(ascii: "G"):
      let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      stack.append(.float(Double(bitPattern: bits)))
    case UInt8(ascii: "X"): stack.append(try text(try number(4)))
    case 0x8c: stack.append(try text(try number(1)))
    case 0x8d: stack.append(try text(try number(8)))
    // Python 2's text, of unknown encoding.
    case UInt8(ascii: "T"): stack.append(try text(try number(4)))
    case UInt8(ascii: "U"): stack.append(try text(try number(1)))
    case UInt8(ascii: "B"): stack.append(.bytes(Array(try take(try number(4)))))
    case UInt8(ascii: "C"): stack.append(.bytes(Array(try take(try number(1)))))
    case 0x8e, 0x96: stack.append(.bytes(Array(try take(try number(8)))))
    case UInt8(ascii: "("):
      guard marks.count < Self.deepestMark else {
        throw ImportError(.unsafe, subject, "its pickle nests more than \(Self.deepestMark) levels")
      }
      marks.append(stack.count)
    case UInt8(ascii: "0"): if stack.count == marks.last { marks.removeLast() } else { _ = try pop() }
    case UInt8(ascii: "1"): _ = try popToMark()
    case UInt8(ascii: "2"): stack.append(try top())
    case UInt8(ascii: "q"): try remember(try number(1))
    case UInt8(ascii: "r"): try remember(try number(4))
    case 0x94: try remember(memo.count)
    case UInt8(ascii: "h"): try recall(try number(1))
    case UInt8(ascii: "j"): try recall(try number(4))
    case UInt8(ascii: "c"):
      let module = try line()
      try name(module, try line())
    case 0x93:  // STACK_GLOBAL
      guard let last = try pop().text, let module = try pop().text else {
        throw damaged("a name that is no text")
      }
      try name(module, last)
    default: return false
    }
    return true
  }

  /// Opcodes that make or fill containers, or would call something; false if this is none of them.
  private mutating func runContainer(_ code: UInt8) throws(ImportError) -> Bool {
    switch code {
    case UInt8(ascii: ")"): stack.append(heap.add(.tuple))
    case UInt8(ascii: "]"): stack.append(heap.add(.list))
    case UInt8(ascii: "}"): stack.append(heap.add(.dictionary))
    case 0x8f: stack.append(heap.add(.set))
    case 0x85, 0x86, 0x87:
      var items: [PickleValue] = []
      for _ in 0..<Int(code - 0x84) { items.append(try pop()) }
      stack.append(heap.add(.tuple, items.reversed()))
    case UInt8(ascii: "t"): stack.append(heap.add(.tuple, try popToMark()))
    case UInt8(ascii: "l"): stack.append(heap.add(.list, try popToMark()))
    case UInt8(ascii: "d"): stack.append(heap.add(.dictionary, try pairs(try popToMark())))
    case 0x91: stack.append(heap.add(.set, try popToMark()))
    case UInt8(ascii: "a"):
      let value = try pop()
      heap[try container([.list, .set])].items.append(value)
    case UInt8(ascii: "e"), 0x90:
      let values = try popToMark()
      heap[try container([.list, .set])].items += values
    case UInt8(ascii: "s"):
      let value = try pop()
      let key = try pop()
      heap[try container([.dictionary])].items += [key, value]
    case UInt8(ascii: "u"):
      let values = try pairs(try popToMark())
      heap[try container([.dictionary])].items += values
    case UInt8(ascii: "R"), 0x81:  // REDUCE, NEWOBJ
      let arguments = try pop()
      try call(try pop(), arguments)
    case 0x92:  // NEWOBJ_EX
      _ = try pop()
      let arguments = try pop()
      try call(try pop(), arguments)
    case UInt8(ascii: "b"):  // BUILD: attributes, of which none matters for tensors
      _ = try pop()
      _ = try top()
    case UInt8(ascii: "Q"):  // BINPERSID
      let key = try pop()
      stack.append(heap.add(.persistent, heap.sequence(key) ?? [key]))
    default: return false
    }
    return true
  }

  private func pairs(_ values: [PickleValue]) throws(ImportError) -> [PickleValue] {
    guard values.count.isMultiple(of: 2) else { throw damaged("a key without a value") }
    return values
  }

  /// Keeps what a call says; only dictionaries, which are containers themselves, are made.
  private mutating func call(_ function: PickleValue, _ arguments: PickleValue) throws(ImportError) {
    guard let name = function.global, let items = heap.sequence(arguments) else {
      throw damaged("a call of what is no function")
    }
    guard PickleNames.dictionaries.contains(name) else {
      stack.append(heap.add(.call(name), items))
      return
    }
    // Protocol 2 gives the pairs of a dictionary as its argument, if there are any.
    var content: [PickleValue] = []
    for item in items {
      for pair in heap.sequence(item) ?? [] {
        guard let pair = heap.sequence(pair), pair.count == 2 else { throw damaged("a pair that is none") }
        content += pair
      }
      if let node = heap.node(item), node.kind == .dictionary { content += node.items }
      steps += content.count
    }
    stack.append(heap.add(.dictionary, content))
  }
}
