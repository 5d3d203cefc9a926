internal import Core

/// Reads the messages of an ONNX file. Fields that are not known or not needed are skipped.
///
/// Nested graphs (the branches of `If`, the bodies of loops) are not read, since nothing here runs them: so there is no
/// nesting that could be too deep.
///
/// Source: onnx.proto of github.com/onnx/onnx.
struct ONNXDecoder {
  let path: String
  /// Things that may still be taken into memory; a small file can list very many empty ones.
  private var allowance = 1_000_000

  /// The files beside the model that tensors were found in.
  var files: [String: OpenFile] = [:]

  init(_ path: String) { self.path = path }

  mutating func model(_ file: OpenFile) throws(ImportError) -> ONNXModel {
    var reader = WireReader(file)
    var model = ONNXModel()
    var hasGraph = false
    while let (field, payload) = try reader.next() {
      switch field {
      case 1: model.irVersion = payload.integer ?? 0
      case 2: model.producer = try text(payload)
      case 3: model.producerVersion = try text(payload)
      case 7:
        guard let part = payload.part else { throw reader.malformed("a graph that is no message") }
        model.graph = try graph(reader.within(part))
        hasGraph = true
      case 8:
        let (domain, version) = try operatorSet(payload, reader)
        model.operatorSets[domain] = version
      case 25:
        guard let part = payload.part else { continue }
        let function = try function(reader.within(part))
        model.functions["\(function.domain)::\(function.name)"] = function
      default: continue
      }
    }
    guard hasGraph else {
      throw ImportError(.notAModel, path, "not an ONNX model: there is no graph in it")
    }
    return model
  }

  private mutating func graph(_ message: WireReader) throws(ImportError) -> ONNXGraph {
    var reader = message
    var graph = ONNXGraph()
    while let (field, payload) = try reader.next() {
      guard let part = payload.part else { continue }
      switch field {
      case 1: graph.nodes.append(try node(reader.within(part)))
      case 2: graph.name = try text(payload)
      case 5: graph.initializers.append(try tensor(reader.within(part)))
      case 11: graph.inputs.append(try valueInfo(reader.within(part)))
      case 12: graph.outputs.append(try valueInfo(reader.within(part)))
      case 13: graph.values.append(try valueInfo(reader.within(part)))
      case 15: throw ImportError(.unsupported, path, "sparse initializers are not read; store them dense")
      default: continue
      }
    }
    return graph
  }

  private mutating func node(_ message: WireReader) throws(ImportError) -> ONNXNode {
    var reader = message
    var node = ONNXNode()
    try take()
    while let (field, payload) = try reader.next() {
      switch field {
      case 1: node.inputs.append(try text(payload))
      case 2: node.outputs.append(try text(payload))
      case 3: node.name = try text(payload)
      case 4: node.operation = try text(payload)
      case 5:
        guard let part = payload.part else { continue }
        let (name, attribute) = try attribute(reader.within(part))
        node.attributes[name] = attribute
      case 7: node.domain = try text(payload)
      default: continue
      }
    }
    return node
  }

  private mutating func attribute(
    _ message: WireReader
  ) throws(ImportError) -> (name: String, value: ONNXAttribute) {
    var reader = message
    var name = ""
    var attribute = ONNXAttribute()
    try take()
    while let (field, payload) = try reader.next() {
      switch field {
      case 1: name = try text(payload)
      case 2: attribute.float = payload.float
      case 3: attribute.integer = payload.integer
      case 4: attribute.string = try text(payload)
      case 5: if let part = payload.part { attribute.tensor = try tensor(reader.within(part)) }
      case 7:
        if let float = payload.float {
          try take()
          attribute.floats.append(float)
        } else if let part = payload.part {
          var packed = reader.within(part)
          while !packed.isAtEnd {
            try take()
            attribute.floats.append(Float(bitPattern: UInt32(truncatingIfNeeded: try packed.fixed(4))))
          }
        }
      case 8:
        if let integer = payload.integer {
          try take()
          attribute.integers.append(integer)
        } else if let part = payload.part {
          var packed = reader.within(part)
          while !packed.isAtEnd {
            try take()
            attribute.integers.append(Int(truncatingIfNeeded: try packed.varint()))
          }
        }
      case 6, 11: attribute.unread = "a graph"
      case 9: attribute.unread = "strings"
      case 10: attribute.unread = "tensors"
      case 22, 23: attribute.unread = "a sparse tensor"
      case 21: attribute.reference = try text(payload)
      default: continue
      }
    }
    return (name, attribute)
  }

  private mutating func valueInfo(_ message: WireReader) throws(ImportError) -> ONNXValueInfo {
    var reader = message
    var info = ONNXValueInfo()
    try take()
    while let (field, payload) = try reader.next() {
      switch (field, payload.part) {
      case (1, _): info.name = try text(payload)
      case (2, let part?):
        var type = reader.within(part)
        while let (kind, payload) = try type.next() {
          guard let part = payload.part else { continue }
          switch kind {
          case 1: try tensorType(type.within(part), into: &info)
          case 4: info.container = "sequence"
          case 5: info.container = "map"
          case 8: info.container = "sparse tensor"
          case 9: info.container = "optional"
          default: continue
          }
        }
      default: continue
      }
    }
    return info
  }

  private mutating func tensorType(
    _ message: WireReader, into info: inout ONNXValueInfo
  ) throws(ImportError) {
    var reader = message
    while let (field, payload) = try reader.next() {
      if field == 1 { info.type = ONNXElementType(rawValue: payload.integer ?? 0) }
      guard field == 2, let part = payload.part else { continue }
      info.extents = []
      var shape = reader.within(part)
      while let (field, payload) = try shape.next() {
        guard field == 1, let part = payload.part else { continue }
        var extent = ONNXValueInfo.Extent.open("")
        var dimension = shape.within(part)
        while let (field, payload) = try dimension.next() {
          // PyTorch before 1.0 and some converters write −1 or 0 for what they do not know.
          if field == 1, let value = payload.integer { extent = value > 0 ? .fixed(value) : .open("") }
          if field == 2 { extent = .open(try text(payload)) }
        }
        try take()
        info.extents!.append(extent)
      }
    }
  }

  private mutating func function(_ message: WireReader) throws(ImportError) -> ONNXFunction {
    var reader = message
    var function = ONNXFunction()
    try take()
    while let (field, payload) = try reader.next() {
      switch field {
      case 1: function.name = try text(payload)
      case 4: function.inputs.append(try text(payload))
      case 5: function.outputs.append(try text(payload))
      case 7: if let part = payload.part { function.nodes.append(try node(reader.within(part))) }
      case 9:
        let (domain, version) = try operatorSet(payload, reader)
        function.operatorSets[domain] = version
      case 10: function.domain = try text(payload)
      case 11:
        guard let part = payload.part else { continue }
        let (name, attribute) = try attribute(reader.within(part))
        function.defaults[name] = attribute
      default: continue
      }
    }
    return function
  }

  private mutating func operatorSet(
    _ payload: WireReader.Payload, _ outer: WireReader
  ) throws(ImportError) -> (domain: String, version: Int) {
    var (domain, version) = ("", 1)
    guard let part = payload.part else { return (domain, version) }
    var reader = outer.within(part)
    while let (field, payload) = try reader.next() {
      if field == 1 { domain = try text(payload) }
      if field == 2 { version = payload.integer ?? 1 }
    }
    return (domain == "ai.onnx" ? "" : domain, version)
  }

  /// A name; a text of more than a megabyte is none.
  mutating func text(_ payload: WireReader.Payload) throws(ImportError) -> String {
    guard let part = payload.part else { return "" }
    guard part.count <= 1 << 20 else {
      throw ImportError(.malformed, path, "a name of \(part.count) bytes")
    }
    try take()
    do { return String(decoding: try part.bytes(), as: UTF8.self) } catch { throw ImportError(error) }
  }

  /// Counts one more thing.
  mutating func take() throws(ImportError) {
    allowance -= 1
    guard allowance >= 0 else {
      throw ImportError(.unsafe, path, "the graph lists more than 1000000 things, which no model needs")
    }
  }
}
