internal import CHDF5

/// Anything in an HDF5 file that has a path and attributes: the file itself, a group, a dataset.
package protocol HDF5Object: AnyObject {
  /// The file it is in.
  var file: HDF5File { get }
  /// Where it is in the file: `/probe/labels`; empty for the file itself.
  var objectPath: String { get }
}

/// A file or a group: what holds groups and datasets.
package protocol HDF5Location: HDF5Object {}

extension HDF5Object {
  /// The file and the path in it, as errors name it: `run.h5:/probe/labels`.
  package var subject: String { objectPath.isEmpty ? file.path : file.path + ":" + objectPath }

  /// The identifier. Only within this folder, and only while the object is alive.
  var identifier: hid_t {
    switch self {
    case let file as HDF5File: file.id
    case let group as HDF5Group: group.id
    case let dataset as HDF5Dataset: dataset.id
    default: -1
    }
  }
}

/// A member of a group.
package struct HDF5Entry: Hashable, Sendable {
  /// What a member is.
  package enum Kind: Hashable, Sendable {
    case group, dataset
    /// A named type, or a link that leads out of the file or to nothing.
    case other
  }
  /// Its name in the group.
  package let name: String
  /// What it is.
  package let kind: Kind

  package init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }
}

/// An open group of an HDF5 file.
package final class HDF5Group: HDF5Location, Sendable {
  package let file: HDF5File
  package let objectPath: String
  private let handle: HDF5Handle
  var id: hid_t { handle.id }

  init(_ file: HDF5File, _ path: String, _ handle: consuming HDF5Handle) {
    self.file = file
    self.objectPath = path
    self.handle = handle
  }
}

extension HDF5Location {
  private func path(of name: String) -> String { name.hasPrefix("/") ? name : objectPath + "/" + name }

  private func subject(of name: String) -> String { file.path + ":" + path(of: name) }

  /// True if there is something at a path below here. Links out of the file do not count.
  /// - Throws: `ArchiveError` (`.damaged`) if that cannot be told.
  package func contains(_ path: String) throws(ArchiveError) -> Bool {
    var partial = path.hasPrefix("/") ? "/" : ""
    let parts = path.split(separator: "/")
    for part in parts {
      partial += part
      let name = partial
      let isThere = try LibHDF5.call(.damaged, subject(of: path)) { H5Lexists(identifier, name, 0) } > 0
      guard isThere,
        try LibHDF5.call(.damaged, subject(of: path), { vitrine_link_kind(identifier, name) }) == 0
      else { return false }
      partial += "/"
    }
    return !parts.isEmpty
  }

  private func open(_ path: String, _ kind: String, _ body: () -> hid_t) throws(ArchiveError) -> HDF5Handle {
    guard try contains(path) else {
      throw ArchiveError(
        .missing, subject(of: path), "there is no such \(kind); the file is not what it should be")
    }
    return try HDF5Handle(.damaged, subject(of: path), opening: body)
  }

  /// The group at a path below here.
  /// - Throws: `ArchiveError` (`.missing`) if there is none.
  package func group(_ path: String) throws(ArchiveError) -> HDF5Group {
    let handle = try open(path, "group") { H5Gopen2(identifier, path, 0) }
    return HDF5Group(file, self.path(of: path), handle)
  }

  /// The dataset at a path below here.
  /// - Throws: `ArchiveError` (`.missing`) if there is none.
  package func dataset(_ path: String) throws(ArchiveError) -> HDF5Dataset {
    guard file.isFollowed else { return try openDataset(path) }
    // Refreshed, since what the library remembers of an earlier look may be old.
    let dataset = try file.openOnce(self.path(of: path)) { () throws(ArchiveError) in try openDataset(path) }
    try dataset.refresh()
    return dataset
  }

  private func openDataset(_ path: String) throws(ArchiveError) -> HDF5Dataset {
    let handle = try open(path, "dataset") { H5Dopen2(identifier, path, 0) }
    return HDF5Dataset(file, self.path(of: path), handle)
  }

  /// The members: in the order they were made where the file keeps it, else by name.
  package func entries() throws(ArchiveError) -> [HDF5Entry] {
    let group = try HDF5Handle(.damaged, subject) { H5Gopen2(identifier, objectPath.isEmpty ? "/" : ".", 0) }
    let groupID = group.id
    var information = H5G_info_t()
    try LibHDF5.call(.damaged, subject) { H5Gget_info(groupID, &information) }
    guard information.nlinks <= 1_000_000 else {
      throw ArchiveError(.damaged, subject, "a group of \(information.nlinks) members cannot be meant")
    }
    let creation = try HDF5Handle(.damaged, subject) { H5Gget_create_plist(groupID) }
    let creationID = creation.id
    var flags: UInt32 = 0
    try LibHDF5.call(.damaged, subject) { H5Pget_link_creation_order(creationID, &flags) }
    let index = flags & UInt32(H5P_CRT_ORDER_INDEXED) == 0 ? H5_INDEX_NAME : H5_INDEX_CRT_ORDER
    var entries: [HDF5Entry] = []
    for position in 0..<information.nlinks {
      let length = try LibHDF5.call(.damaged, subject) {
        H5Lget_name_by_idx(groupID, ".", index, H5_ITER_INC, position, nil, 0, 0)
      }
      var bytes = [CChar](repeating: 0, count: Int(length) + 1)
      try LibHDF5.call(.damaged, subject) {
        H5Lget_name_by_idx(groupID, ".", index, H5_ITER_INC, position, &bytes, bytes.count, 0)
      }
      let name = String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      entries.append(HDF5Entry(name: name, kind: kind(of: name, in: groupID)))
    }
    return entries
  }

  private func kind(of name: String, in group: hid_t) -> HDF5Entry.Kind {
    guard case .success(0) = LibHDF5.result(.missing, subject, { vitrine_link_kind(group, name) }),
      let object = try? HDF5Handle(.damaged, subject, opening: { H5Oopen(group, name, 0) })
    else { return .other }
    let objectID = object.id
    let type = LibHDF5.result(.damaged, subject) { H5Iget_type(objectID).rawValue }
    switch type {
    case .success(H5I_GROUP.rawValue): return .group
    case .success(H5I_DATASET.rawValue): return .dataset
    default: return .other
    }
  }

  /// The paths of all datasets below here, `a/b/c`, group by group.
  package func datasetPaths() throws(ArchiveError) -> [String] {
    var paths: [String] = []
    for entry in try entries() {
      switch entry.kind {
      case .dataset: paths.append(entry.name)
      case .group: paths += try group(entry.name).datasetPaths().map { entry.name + "/" + $0 }
      case .other: continue
      }
    }
    return paths
  }

  /// Makes a group, and those on the way to it, that keeps its members in the order they are made.
  @discardableResult
  package func makeGroup(_ path: String) throws(ArchiveError) -> HDF5Group {
    let subject = subject(of: path)
    let creation = try HDF5Handle(.cannotWrite, subject) { H5Pcreate(vitrine_H5P_GROUP_CREATE()) }
    let link = try HDF5Handle(.cannotWrite, subject) { H5Pcreate(vitrine_H5P_LINK_CREATE()) }
    let (creationID, linkID) = (creation.id, link.id)
    let handle = try HDF5Handle(.cannotWrite, subject) {
      if !file.isOld { H5Pset_link_creation_order(creationID, HDF5File.keepsOrder) }
      H5Pset_create_intermediate_group(linkID, 1)
      return H5Gcreate2(identifier, path, linkID, creationID, 0)
    }
    return HDF5Group(file, self.path(of: path), handle)
  }
}
