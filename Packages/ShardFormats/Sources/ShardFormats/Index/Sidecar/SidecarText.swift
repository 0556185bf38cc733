internal import PythonJSON

/// What a side-car holds as JSON: the schemas, and the hash shapes of each of the four file tables.
struct SidecarText {
  let schemas: [ShardSchema]
  let shapes: [[[FileTable.HashShape]]]

  init(schemas: [ShardSchema], shapes: [[[FileTable.HashShape]]]) {
    self.schemas = schemas
    self.shapes = shapes
  }

  /// Nil for anything but what ``encoded`` makes, and for encodings that the registry does not have.
  init?(_ bytes: RawSpan, encodings: EncodingRegistry) {
    guard let value = try? JSONValue(parsing: bytes), let schemas = value["schemas"]?.array,
      let shapes = value["shapes"]?.array, shapes.count == 4
    else { return nil }
    var read: [ShardSchema] = []
    for schema in schemas {
      guard let members = schema.object, let schema = try? ShardSchema(members: members, encodings: encodings) else {
        return nil
      }
      read.append(schema)
    }
    self.schemas = read
    var tables: [[[FileTable.HashShape]]] = []
    for table in shapes {
      guard let table = table.array.flatMap(Self.table) else { return nil }
      tables.append(table)
    }
    self.shapes = tables
  }

  private static func table(_ values: [JSONValue]) -> [[FileTable.HashShape]]? {
    var shapes: [[FileTable.HashShape]] = []
    for value in values {
      guard let hashes = value.array else { return nil }
      var shape: [FileTable.HashShape] = []
      for hash in hashes {
        guard let pair = hash.array, pair.count == 2, let name = pair[0].string, let digitCount = pair[1].int,
          (0...1 << 30).contains(digitCount), shape.count < 1 << 10
        else { return nil }
        shape.append(FileTable.HashShape(algorithm: name, digitCount: digitCount))
      }
      shapes.append(shape)
    }
    return shapes
  }

  var encoded: [UInt8] {
    let tables = shapes.map { table in
      JSONValue.array(
        table.map { shape in
          .array(shape.map { .array([.string($0.algorithm), .integer(JSONInteger($0.digitCount))]) })
        })
    }
    let object: JSONValue = [
      "schemas": .array(schemas.map { .object($0.jsonMembers) }), "shapes": .array(tables),
    ]
    return object.encoded(sortingKeys: true)
  }
}
