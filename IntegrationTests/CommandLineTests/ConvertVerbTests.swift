import BinaryIO
import Foundation
import PythonJSON
import ShardCompression
import TestSupport
import Testing

@Suite("streaming convert")
struct ConvertVerbTests {
  private let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 9]

  private func write(_ bytes: [UInt8], _ path: String) throws {
    try FileSystem.createDirectory(FileSystem.parentDirectory(of: path))
    try FileSystem.write(bytes.span.bytes, to: path)
  }

  private func rows(_ dataset: String) async throws -> [JSONValue] {
    let run = try await StreamingProcess("head", dataset, "--count", "1000", "--json")
    #expect(run.status == 0, "\(run.errorText)")
    return try run.lines.map { try JSONValue(parsing: $0) }
  }

  @Test("a table: columns are told and printed, or given; compressed input and several files; every output format")
  func tables() async throws {
    try await withTemporaryDirectory { folder in
      let text = Array("n,x,name\n1,0.5,a\n2,1,007\n".utf8)
      try write(text, folder + "/a.csv")
      try write(try Codec.gzip().compress(text.span.bytes), folder + "/b.csv.gz")
      let run = try await StreamingProcess(
        "convert", folder + "/a.csv", folder + "/b.csv.gz", "--out", folder + "/mds", "--hashes", "xxh64")
      #expect(run.status == 0, "\(run.errorText)")
      #expect(run.errorText.contains("n:int,x:float64,name:str"))
      let expected: [JSONValue] = [["n": 1, "name": "a", "x": 0.5], ["n": 2, "name": "007", "x": 1.0]]
      #expect(try await rows(folder + "/mds") == expected + expected)
      for format in ["csv", "tsv", "jsonl", "xsv"] {
        let out = folder + "/" + format
        let run = try await StreamingProcess(
          ["convert", folder + "/a.csv", "--out", out, "--to", format] + (format == "xsv" ? ["--separator", ";"] : []))
        #expect(run.status == 0, "\(run.errorText)")
        #expect(try await rows(out) == expected)
      }
    }
  }

  @Test("the standard input, with columns; a table without a header")
  func standardInput() async throws {
    try await withTemporaryDirectory { folder in
      let run = try await StreamingProcess(
        ["convert", "-", "--from", "csv", "--no-header", "--columns", "v:ndarray:int8:2,s:str", "--out", folder + "/out"],
        input: "1,2,a\n3,4,b\n")
      #expect(run.status == 0, "\(run.errorText)")
      #expect(try await rows(folder + "/out").map { $0["s"] } == ["a", "b"])
      for (arguments, what) in [(["-"], "--from"), (["-", "--from", "csv"], "--columns")] {
        let run = try await StreamingProcess(["convert"] + arguments + ["--out", folder + "/x"])
        #expect(run.status == 64)
        run.expectError(naming: what)
      }
    }
  }

  @Test("a folder of images: labels by class, classes.json beside the index, bytes as they are")
  func images() async throws {
    try await withTemporaryDirectory { folder in
      for name in ["b/1.png", "a/2.png", "a/notes.txt"] { try write(png + Array(name.utf8), folder + "/in/" + name) }
      let run = try await StreamingProcess("convert", folder + "/in/", "--out", folder + "/out")
      #expect(run.status == 0, "\(run.errorText)")
      #expect(run.errorText.contains("1 files left out"))
      let rows = try await rows(folder + "/out")
      #expect(rows.map { $0["label"] } == [0, 1])
      #expect(rows[0]["image"]?.string == Data(png + Array("a/2.png".utf8)).base64EncodedString())
      let classes = try String(contentsOfFile: folder + "/out/classes.json", encoding: .utf8)
      #expect(classes == #"{"a": 0, "b": 1}"#)
      // The files only begin like images.
      #expect(try await StreamingProcess("verify", folder + "/out").status == 65)
      #expect(try await StreamingProcess("verify", folder + "/out", "--skip-images").status == 0)
    }
  }

  @Test("WebDatasets, several at once; limits on members; a damaged one")
  func archives() async throws {
    try await withTemporaryDirectory { folder in
      let tar = TarArchive([("1.png", png), ("1.cls", Array("3".utf8)), ("2.png", png), ("2.cls", Array("4".utf8))])
      let packed = try Codec.gzip().compress(tar.bytes.span.bytes)
      try write(tar.bytes, folder + "/a.tar")
      try write(packed, folder + "/b.tar.gz")
      try write(Array(packed.dropLast(9)), folder + "/cut.tgz")
      let run = try await StreamingProcess("convert", folder + "/a.tar", folder + "/b.tar.gz", "--out", folder + "/out")
      #expect(run.status == 0, "\(run.errorText)")
      #expect(try await rows(folder + "/out").map { $0["cls"] } == [3, 4, 3, 4])
      let limited = try await StreamingProcess(
        "convert", folder + "/a.tar", "--out", folder + "/x", "--member-limit", "8b")
      #expect(limited.status == 65)
      limited.expectError(naming: "--member-limit")
      let cut = try await StreamingProcess("convert", folder + "/cut.tgz", "--out", folder + "/x")
      #expect(cut.status == 65)
      cut.expectError(naming: "cut.tgz")
      #expect(!FileManager.default.fileExists(atPath: folder + "/x/index.json"))
    }
  }

  @Test("a conversion that was stopped goes on with --resume and comes out the same")
  func resumed() async throws {
    try await withTemporaryDirectory { folder in
      let good = (0..<400).map { "\($0),line \($0)\n" }
      try write(Array(("n,t\n" + good.joined()).utf8), folder + "/good.csv")
      try write(Array(("n,t\n" + good[..<300].joined() + "broken\n").utf8), folder + "/bad.csv")
      func convert(_ file: String, _ out: String, _ more: String...) async throws -> StreamingProcess {
        try await StreamingProcess(
          ["convert", folder + "/" + file, "--out", folder + "/" + out, "--columns", "n:int,t:str", "--size-limit", "2kb"]
            + more)
      }
      #expect(try await convert("good.csv", "whole").status == 0)
      let broken = try await convert("bad.csv", "out", "--resume")
      #expect(broken.status == 65)
      broken.expectError(naming: "bad.csv:302")
      let refused = try await convert("good.csv", "out")
      #expect(refused.status == 73)
      refused.expectError(naming: "--resume")
      #expect(try await convert("good.csv", "out", "--resume").status == 0)
      let names = try FileSystem.list(folder + "/whole")
      #expect(try FileSystem.list(folder + "/out") == names)
      for name in names {
        #expect(try FileSystem.readAll(folder + "/out/" + name) == FileSystem.readAll(folder + "/whole/" + name))
      }
    }
  }

  @Test("what makes no sense is a usage error: unknown kinds, mixed kinds, an input twice, deleting the input")
  func usage() async throws {
    try await withTemporaryDirectory { folder in
      for name in ["a.csv", "b.jsonl", "c.parquet"] { try write(Array("n\n1\n".utf8), folder + "/" + name) }
      for (inputs, more, what) in [
        (["c.parquet"], [], "--from"), (["a.csv", "b.jsonl"], [], "b.jsonl"), (["a.csv", "a.csv"], [], "twice"),
        (["a.csv"], ["--columns", "n:nonsense"], "nonsense"), (["a.csv"], ["--to", "xsv"], "--separator"),
      ] {
        let run = try await StreamingProcess(
          ["convert"] + inputs.map { folder + "/" + $0 } + ["--out", folder + "/out"] + more)
        #expect(run.status == 64, "\(inputs)")
        #expect(run.errorText.contains(what), "\(run.errorText)")
      }
      let run = try await StreamingProcess("convert", folder + "/a.csv", "--out", folder, "--replace")
      #expect(run.status == 64)
      #expect(FileManager.default.fileExists(atPath: folder + "/a.csv"))
    }
  }
}
