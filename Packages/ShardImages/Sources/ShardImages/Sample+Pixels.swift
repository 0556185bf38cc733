internal import BinaryIO
public import ShardFormats

extension Sample {
  /// The pixels of an image column: `jpeg`, `png`, `pil`, or `bytes` that hold a JPEG or PNG file.
  ///
  /// Files are decoded where they lie in the shard, with no copy of them. A `pil` column's pixels are copied as they are:
  /// of the decoder only the limits count.
  /// - Throws: ``ImageError`` as ``ImageDecoder/decode(_:)``, with the place; `.notAnImage` for other columns,
  ///   `.unreadableColumn` with a ``ShardError`` as its cause.
  public func pixels(column: Int, decoder: ImageDecoder = ImageDecoder()) throws(ImageError) -> PixelArray {
    do throws(ImageError) {
      switch try imageEncoding(column) {
      case .jpeg, .png, .bytes: return try decoder.decode(try imageBytes(column))
      case .pil: return try decoder.array(try imageView(try imageBytes(column)))
      default: throw notAnImage(column, "an image column")
      }
    } catch {
      throw located(error, column)
    }
  }

  /// The pixels of an image column; see ``pixels(column:decoder:)``.
  public func pixels(_ column: String, decoder: ImageDecoder = ImageDecoder()) throws(ImageError) -> PixelArray {
    try pixels(column: try imageColumn(column), decoder: decoder)
  }

  /// The pixels of an image column, decoded to the array of an earlier image; see ``pixels(column:decoder:)``.
  public func pixels(
    column: Int, decoder: ImageDecoder = ImageDecoder(), into array: inout PixelArray
  ) throws(ImageError) {
    do throws(ImageError) {
      switch try imageEncoding(column) {
      case .jpeg, .png, .bytes: try decoder.decode(try imageBytes(column), into: &array)
      default: array = try pixels(column: column, decoder: decoder)
      }
    } catch {
      throw located(error, column)
    }
  }

  /// The pixels of an image column, decoded to the array of an earlier image; see ``pixels(column:decoder:)``.
  public func pixels(
    _ column: String, decoder: ImageDecoder = ImageDecoder(), into array: inout PixelArray
  ) throws(ImageError) {
    try pixels(column: try imageColumn(column), decoder: decoder, into: &array)
  }

  /// The pixels of each image of a list column: `list[jpeg]`, `list[png]`, `list[pil]`, `jpeg_array`, `jpegarray`.
  /// - Throws: as ``pixels(column:decoder:)``, at the first image that cannot be decoded, with its number in the list.
  public func pixelsList(
    _ column: String, decoder: ImageDecoder = ImageDecoder()
  ) throws(ImageError) -> [PixelArray] {
    let number = try imageColumn(column)
    do throws(ImageError) {
      switch try imageEncoding(number) {
      case .listJPEG, .listPNG, .listPIL, .jpegArray, .jpegarray: break
      default: throw notAnImage(number, "a column of lists of images")
      }
      guard case .list(let values) = try wrapped({ () throws(ShardError) in try value(column: number) }) else {
        throw notAnImage(number, "a list")
      }
      var arrays: [PixelArray] = []
      arrays.reserveCapacity(values.count)
      for (element, value) in values.enumerated() {
        do throws(ImageError) {
          arrays.append(try decoder.array(value))
        } catch {
          throw error.at(element: element)
        }
      }
      return arrays
    } catch {
      throw located(error, number)
    }
  }

  // MARK: Errors

  private func imageColumn(_ name: String) throws(ImageError) -> Int {
    try wrapped { () throws(ShardError) in try number(of: name) }
  }

  private func imageEncoding(_ column: Int) throws(ImageError) -> Encoding? {
    _ = try imageBytes(column)
    return columns[column].encoding
  }

  @_lifetime(copy self)
  private func imageBytes(_ column: Int) throws(ImageError) -> RawSpan {
    do throws(ShardError) { return try bytes(column: column) } catch { throw ImageError(error) }
  }

  @_lifetime(copy bytes)
  private func imageView(_ bytes: RawSpan) throws(ImageError) -> RawImageView {
    do throws(ShardError) { return try RawImageView(bytes) } catch { throw ImageError(error) }
  }

  private func wrapped<R>(_ body: () throws(ShardError) -> R) throws(ImageError) -> R {
    do throws(ShardError) { return try body() } catch { throw ImageError(error) }
  }

  private func notAnImage(_ column: Int, _ expected: String) -> ImageError {
    ImageError(
      .notAnImage, expected: expected, found: "encoding \(columns[column].encodingName)",
      remedy: "read the column with the accessor of its encoding")
  }

  private func located(_ error: ImageError, _ column: Int) -> ImageError {
    error.at(file: file, sample: index, column: columns.indices.contains(column) ? columns[column].name : nil)
  }
}

extension ImageDecoder {
  /// An element of a list as pixels.
  func array(_ value: ColumnValue) throws(ImageError) -> PixelArray {
    switch value {
    case .bytes(let file): return try decode(file.span.bytes)
    case .image(let image):
      try limits.check(width: image.width, height: image.height)
      try limits.check(pixels: image.pixels.count, besides: 0)
      return try PixelArray(image)
    default:
      throw ImageError(
        .notAnImage, expected: "an image", found: value.kind, remedy: "read the column with the accessor of its encoding")
    }
  }

  /// A `pil` image as pixels, within the limits.
  func array(_ image: RawImageView) throws(ImageError) -> PixelArray {
    try limits.check(width: image.width, height: image.height)
    // `1` takes eight times its packed bytes.
    try limits.check(pixels: image.pixels.byteCount, besides: image.mode == "1" ? image.width &* image.height : 0)
    return try PixelArray(image)
  }
}

extension ImageError {
  init(_ error: ShardError) {
    self.init(
      .unreadableColumn, expected: error.expected, found: error.found, remedy: error.remedy, cause: error)
    file = error.file
    sample = error.sample
    column = error.column
  }
}
