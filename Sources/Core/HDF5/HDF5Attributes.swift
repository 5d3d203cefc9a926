internal import CHDF5

extension HDF5Object {
  /// True if the object has an attribute of this name.
  /// - Throws: `ArchiveError` (`.damaged`) if that cannot be told.
  package func hasAttribute(_ name: String) throws(ArchiveError) -> Bool {
    try LibHDF5.call(.damaged, subject(ofAttribute: name)) { H5Aexists(identifier, name) } > 0
  }

  /// The names of all attributes, in the file's order.
  package func attributeNames() throws(ArchiveError) -> [String] {
    var names: [String] = []
    let count = try LibHDF5.call(.damaged, subject) { H5Aget_num_attrs(identifier) }
    for position in 0..<hsize_t(count) {
      let length = try LibHDF5.call(.damaged, subject) {
        H5Aget_name_by_idx(identifier, ".", H5_INDEX_NAME, H5_ITER_INC, position, nil, 0, 0)
      }
      var bytes = [CChar](repeating: 0, count: Int(length) + 1)
      try LibHDF5.call(.damaged, subject) {
        H5Aget_name_by_idx(
          identifier, ".", H5_INDEX_NAME, H5_ITER_INC, position, &bytes, bytes.count, 0)
      }
      names.append(String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    return names
  }

  /// The text of an attribute, whatever kind of string it is stored as.
  /// - Throws: `ArchiveError` (`.missing`, `.mismatch`).
  package func text(attribute name: String) throws(ArchiveError) -> String {
    let texts = try texts(attribute: name)
    guard texts.count == 1 else {
      throw ArchiveError(.mismatch, subject(ofAttribute: name), "expected one string, found \(texts.count)")
    }
    return texts[0]
  }

  /// The texts of an attribute that is an array of strings.
  /// - Throws: `ArchiveError` (`.missing`, `.mismatch`).
  package func texts(attribute name: String) throws(ArchiveError) -> [String] {
    let attribute = try open(attribute: name)
    let id = attribute.id
    let type = try HDF5Handle(.damaged, subject(ofAttribute: name)) { H5Aget_type(id) }
    let space = try HDF5Handle(.damaged, subject(ofAttribute: name)) { H5Aget_space(id) }
    return try HDF5Strings.read(subject(ofAttribute: name), type: type, space: space) { type, buffer in
      H5Aread(id, type, buffer)
    }
  }

  /// The numbers of an attribute, integers and floats of any width.
  /// - Throws: `ArchiveError` (`.missing`, `.mismatch`).
  package func numbers<Element: HDF5Element>(
    attribute name: String, as element: Element.Type = Element.self
  ) throws(ArchiveError) -> [Element] {
    let subject = subject(ofAttribute: name)
    let attribute = try open(attribute: name)
    let id = attribute.id
    let type = try HDF5Handle(.damaged, subject) { H5Aget_type(id) }
    try HDF5TypeClass(type, subject).check(canBecome: Element.self, subject)
    let space = try HDF5Handle(.damaged, subject) { H5Aget_space(id) }
    let count = try HDF5Extents(space, subject).elementCount(subject, limit: 1 << 24)
    guard count > 0 else { return [] }
    var outcome = Result<herr_t, ArchiveError>.success(0)
    let numbers = [Element](unsafeUninitializedCapacity: count) { buffer, filled in
      let pointer = buffer.baseAddress
      outcome = LibHDF5.result(.damaged, subject) { H5Aread(id, Element.memoryType, pointer) }
      if case .success = outcome { filled = count }
    }
    _ = try outcome.get()
    return numbers
  }

  /// Stores a text as a fixed-length UTF-8 string.
  package func set(attribute name: String, _ text: String) throws(ArchiveError) {
    try set(attribute: name, texts: [text], isScalar: true)
  }

  /// Stores texts as an array of fixed-length UTF-8 strings.
  package func set(attribute name: String, _ texts: [String]) throws(ArchiveError) {
    try set(attribute: name, texts: texts, isScalar: false)
  }

  /// Stores a text of any length as a string of variable length, which lies outside the object's head.
  package func set(attribute name: String, longText text: String) throws(ArchiveError) {
    let subject = subject(ofAttribute: name)
    let type = try HDF5Handle(.cannotWrite, subject) { H5Tcopy(vitrine_H5T_C_S1()) }
    let typeID = type.id
    try LibHDF5.call(.cannotWrite, subject) { H5Tset_size(typeID, vitrine_H5T_VARIABLE()) }
    try LibHDF5.call(.cannotWrite, subject) { H5Tset_cset(typeID, H5T_CSET_UTF8) }
    let space = try HDF5Extents.space([], subject)
    let spaceID = space.id
    let attribute = try HDF5Handle(.cannotWrite, subject) {
      H5Acreate2(identifier, name, typeID, spaceID, 0, 0)
    }
    let id = attribute.id
    let outcome = text.withCString { characters in
      var pointer: UnsafePointer<CChar>? = characters
      return LibHDF5.result(.cannotWrite, subject) { H5Awrite(id, typeID, &pointer) }
    }
    _ = try outcome.get()
  }

  private func set(attribute name: String, texts: [String], isScalar: Bool) throws(ArchiveError) {
    let subject = subject(ofAttribute: name)
    let (bytes, width) = HDF5Strings.padded(texts)
    let type = try HDF5Strings.type(width: width, subject)
    let space = try HDF5Extents.space(isScalar ? [] : [texts.count], subject)
    try write(attribute: name, type.id, type.id, space.id, bytes)
  }

  /// Stores numbers: one as a scalar, more as an array.
  package func set<Element: HDF5Element>(
    attribute name: String, numbers: [Element], isScalar: Bool = false
  ) throws(ArchiveError) {
    let space = try HDF5Extents.space(isScalar ? [] : [numbers.count], subject(ofAttribute: name))
    let types = try HDF5Dataset.types(of: Element.self, subject)
    try write(attribute: name, types.file, types.memory, space.id, numbers)
  }

  private func write<Element: BitwiseCopyable>(
    attribute name: String, _ fileType: hid_t, _ memoryType: hid_t, _ space: hid_t, _ elements: [Element]
  ) throws(ArchiveError) {
    let subject = subject(ofAttribute: name)
    let attribute = try HDF5Handle(.cannotWrite, subject) {
      H5Acreate2(identifier, name, fileType, space, 0, 0)
    }
    let id = attribute.id
    guard !elements.isEmpty else { return }
    let outcome = elements.withUnsafeBytes { bytes in
      let pointer = bytes.baseAddress
      return LibHDF5.result(.cannotWrite, subject) { H5Awrite(id, memoryType, pointer) }
    }
    _ = try outcome.get()
  }

  private func subject(ofAttribute name: String) -> String {
    file.path + ":" + (objectPath.isEmpty ? "/" : objectPath) + "@" + name
  }

  private func open(attribute name: String) throws(ArchiveError) -> HDF5Handle {
    guard try hasAttribute(name) else {
      throw ArchiveError(
        .missing, subject(ofAttribute: name), "there is no such attribute; the file is not what it should be")
    }
    return try HDF5Handle(.damaged, subject(ofAttribute: name)) { H5Aopen(identifier, name, 0) }
  }
}
