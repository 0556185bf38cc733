import CDirectImages
import Foundation
import ShardImages

// Decoding to RGB and encoding beside the plainest use of libturbojpeg and libpng, alternating in one run.
//
//   swift run -c release image-speed [FILE.jpg|FILE.png …]
//
// Each picture is decoded from JPEG and from PNG and encoded to both; a file that is given is also decoded as it is.
// Without files: pictures made here, of slopes, edges and noise.

let rounds = 5

struct Refused: Error {
  let what: String
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let spent = (try ContinuousClock().measure(body)).components
  return Double(spent.seconds) + Double(spent.attoseconds) * 1e-18
}

/// Times the library and us in turn and prints both in MB of pixels per second; about 60 ms a round.
func compare(_ name: String, _ shape: PixelShape, _ direct: () throws -> Void, _ ours: () throws -> Void) rethrows {
  let once = max(try seconds(ours), 1e-6)
  let repeats = max(1, Int(0.06 / once))
  let byteCount = Double(shape.byteCount * repeats)
  var speeds: (direct: [Double], ours: [Double]) = ([], [])
  for _ in 0..<rounds {
    speeds.direct.append(byteCount / (try seconds { for _ in 0..<repeats { try direct() } }) / 1e6)
    speeds.ours.append(byteCount / (try seconds { for _ in 0..<repeats { try ours() } }) / 1e6)
  }
  func column(_ speeds: [Double]) -> String {
    let sorted = speeds.sorted()
    return String(format: "%6.0f %6.0f %6.0f", sorted[0], sorted[rounds / 2], sorted[rounds - 1])
  }
  let ratios = zip(speeds.ours, speeds.direct).map { $0 / $1 }.sorted()
  print(
    name.padding(toLength: 22, withPad: " ", startingAt: 0), column(speeds.direct), "  ", column(speeds.ours),
    String(format: "  %.2f (%.2f to %.2f)", ratios[rounds / 2], ratios[0], ratios[rounds - 1]))
}

/// Decodes with the library alone.
func decodeDirectly(_ file: [UInt8], into pixels: inout [UInt8]) throws {
  var (width, height): (Int32, Int32) = (0, 0)
  let decode = file.first == 0xFF ? direct_jpeg : direct_png
  guard decode(file, file.count, &pixels, pixels.count, &width, &height) == 1 else { throw Refused(what: "decoding") }
}

/// Encodes with the library alone; the bytes of the file.
func encodeDirectly(_ image: PixelArray, asJPEG: Bool, into file: inout [UInt8]) throws -> Int {
  let encode = asJPEG ? direct_jpeg_file : direct_png_file
  let byteCount = encode(image.bytes, Int32(image.width), Int32(image.height), &file, file.count)
  guard byteCount > 0 else { throw Refused(what: "encoding") }
  return byteCount
}

let decoder = ImageDecoder(layout: .rgb)

func measureDecoding(_ name: String, _ file: [UInt8]) throws {
  var array = try decoder.decode(file.span.bytes)
  var pixels = [UInt8](repeating: 0, count: array.shape.byteCount)
  try decodeDirectly(file, into: &pixels)
  guard array.bytes == pixels else { throw Refused(what: "\(name): other pixels than the library's") }
  try compare(
    name, array.shape, { try decodeDirectly(file, into: &pixels) }, { try decoder.decode(file.span.bytes, into: &array) })
}

func measureEncoding(_ name: String, _ image: PixelArray, asJPEG: Bool) throws {
  func encode() throws -> [UInt8] { asJPEG ? try image.encodedJPEG() : try image.encodedPNG() }
  var space = [UInt8](repeating: 0, count: 2 * image.bytes.count + 65536)
  let byteCount = try encodeDirectly(image, asJPEG: asJPEG, into: &space)
  guard try encode() == Array(space[..<byteCount]) else { throw Refused(what: "\(name): another file than the library's") }
  try compare(
    name, image.shape, { _ = try encodeDirectly(image, asJPEG: asJPEG, into: &space) }, { _ = try encode() })
}

func measure(_ image: PixelArray) throws {
  let size = "\(image.width)x\(image.height)"
  try measureDecoding("\(size) from JPEG", try image.encodedJPEG())
  try measureDecoding("\(size) from PNG", try image.encodedPNG())
  try measureEncoding("\(size) to JPEG", image, asJPEG: true)
  try measureEncoding("\(size) to PNG", image, asJPEG: false)
}

func picture(_ width: Int, _ height: Int) throws -> PixelArray {
  var noise: UInt64 = 1
  var bytes: [UInt8] = []
  for y in 0..<height {
    for x in 0..<width {
      noise = noise &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let disc = (x - width / 2) * (x - width / 2) + (y - height / 2) * (y - height / 2) < height * height / 9 ? 60 : 0
      let grain = Int(noise >> 60) / 2
      bytes += [x * 180 / width + disc, y * 180 / height + grain, (x + y) * 90 / (width + height) + disc + grain].map {
        UInt8(clamping: $0)
      }
    }
  }
  return try PixelArray(shape: PixelShape(width: width, height: height, layout: .rgb), bytes: bytes)
}

print("MB/s of RGB pixels       the library alone      ShardImages            ratio; least, median, most of \(rounds)")
do {
  let paths = CommandLine.arguments.dropFirst()
  for path in paths {
    guard let data = FileManager.default.contents(atPath: path) else { throw Refused(what: path) }
    print((path as NSString).lastPathComponent)
    try measureDecoding("the file itself", [UInt8](data))
    try measure(try decoder.decode([UInt8](data).span.bytes))
  }
  if paths.isEmpty { for size in [(64, 64), (224, 224), (1280, 853)] { try measure(try picture(size.0, size.1)) } }
} catch {
  print("image-speed: \(error)")
  exit(65)
}
