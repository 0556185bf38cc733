public import BinaryIO
internal import PythonJSON
public import ShardFormats

/// Reads a folder of images: JPEG and PNG files, copied as they are, below a folder for each class.
///
/// Classes are the folders directly below, sorted by name, as torchvision's `ImageFolder` has them; their images may lie
/// deeper. A folder with images and no folders has no classes. Order: by class, then by path. Links are followed; names
/// that begin with a dot are left out, and so are files with other extensions than `.jpg`, `.jpeg`, `.png`.
///
/// Columns: `image`, the file; `label`, the class's number as `int`; on request `class`, its name, and `path`, the file's
/// path below the folder. `image` is `jpeg` or `png` where all files are, by their names, else `bytes`.
public struct ImageFolderRecords: RecordSource {
  public let columns: ImportColumns
  /// The classes' names, in the order of their labels; none for a folder without folders.
  public let classes: [String]
  /// The number of images.
  public let count: Int
  /// The number of files that were left out because of their extensions.
  public let otherFileCount: Int

  private let folder: String
  private let fileLimit: ByteCount
  private let byteCount: Int
  private var readByteCount = 0
  private var nextClass = 0
  private var label = 0
  private var files: ArraySlice<String> = []

  /// Looks at all names and sizes below a folder.
  /// - Parameter columns: what to take and as what: `image` as `jpeg`, `png` or `bytes`, `label` as integers, `class` and
  ///   `path` as `str`; nil for image and label.
  /// - Parameter fileLimit: the most bytes of an image.
  /// - Throws: ``ImportError`` `.unreadable`, `.badColumns`; `.badRecord` for a folder without images.
  public init(
    folder: String, columns: ImportColumns? = nil, fileLimit: ByteCount = .gigabytes(1)
  ) throws(ImportError) {
    self.folder = folder
    self.fileLimit = fileLimit
    let tree = ImageTree(root: folder)
    var classes = try tree.folders(of: "")
    var found = ImageTree.Summary()
    for name in classes.isEmpty ? [""] : classes { _ = try tree.images(below: name, into: &found) }
    if classes.isEmpty || found.count == 0 { classes = [] }
    guard found.count > 0 else {
      throw ImportError(
        .badRecord, file: folder, expected: "JPEG or PNG files, in folders by class", found: "none",
        remedy: "Name the folder that has a folder for each class")
    }
    (count, otherFileCount, byteCount) = (found.count, found.otherCount, found.byteCount)
    self.classes = classes
    let image: Encoding = found.jpegCount == count ? .jpeg : found.jpegCount == 0 ? .png : .bytes
    var usual = [ColumnSpec(name: "image", encoding: image)]
    if !classes.isEmpty { usual.append(ColumnSpec(name: "label", encoding: .int)) }
    if let columns { self.columns = columns } else { self.columns = try ImportColumns(usual) }
    for column in self.columns.columns { try Self.check(column, hasClasses: !classes.isEmpty, folder) }
  }

  public var position: (byteCount: Int, of: Int?) { (readByteCount, byteCount) }

  /// The file `classes.json` that belongs beside the index: the classes' names with their labels, as one JSON object.
  public var classListing: [UInt8] {
    JSONValue.object(JSONObject(classes.enumerated().map { ($1, .integer(JSONInteger($0))) }))
      .encoded(sortingKeys: false)
  }

  public mutating func next() throws(ImportError) -> [String: ColumnValue]? {
    let names = classes.isEmpty ? [""] : classes
    while files.isEmpty {
      guard nextClass < names.count else { return nil }
      var unused = ImageTree.Summary()
      label = nextClass
      files = try ImageTree(root: folder).images(below: names[nextClass], into: &unused)[...]
      nextClass += 1
    }
    let path = files.removeFirst()
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileSystem.readAll(folder + "/" + path, limit: fileLimit) } catch {
      throw ImportError(error)
    }
    readByteCount += bytes.count
    var sample: [String: ColumnValue] = [:]
    for column in columns.columns {
      switch column.name {
      case "image":
        guard ImageKind(of: bytes) != nil else {
          throw MemberContent.notAnImage(column.name).at(file: folder + "/" + path, line: nil)
        }
        sample["image"] = .bytes(bytes)
      case "label": sample["label"] = .int(label)
      case "class": sample["class"] = .string(names[label])
      default: sample["path"] = .string(path)
      }
    }
    return sample
  }

  private static func check(_ column: ColumnSpec, hasClasses: Bool, _ folder: String) throws(ImportError) {
    let allowed: [Encoding]
    switch column.name {
    case "image": allowed = [.jpeg, .png, .bytes]
    case "label" where hasClasses:
      allowed = [.int, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .strInt]
    case "class" where hasClasses: allowed = [.str]
    case "path": allowed = [.str]
    default: allowed = []
    }
    guard !allowed.contains(column.encoding) else { return }
    throw ImportError(
      .badColumns, file: folder, column: column.name,
      expected: allowed.isEmpty
        ? (hasClasses ? "one of image, label, class, path" : "image or path, as there are no folders by class")
        : "one of \(allowed.map(\.name).joined(separator: ", "))",
      found: allowed.isEmpty ? "another name" : column.encodingName,
      remedy: "Write the columns as image:jpeg,label:int")
  }
}
