import FakeObjectStores
import Foundation
import Testing

/// Amazon's own client against the fake: its signatures, its parsers, its idea of the protocol.
@Suite("Amazon's own client")
struct BotocoreTests {
  /// A Python with boto3; nil when there is none.
  static let python: String? = [ProcessInfo.processInfo.environment["STREAMING_UPSTREAM_PYTHON"], "python3"]
    .compactMap { $0 }.first { run($0, ["-c", "import boto3"], server: nil).status == 0 }

  static func run(_ python: String, _ arguments: [String], server: FakeS3?) -> (status: Int32, output: String)
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python] + arguments
    var environment = ["PATH": "/usr/bin:/bin:/usr/local/bin", "AWS_EC2_METADATA_DISABLED": "true"]
    if let server { environment["ENDPOINT"] = server.endpoint }
    process.environment = environment
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    guard (try? process.run()) != nil else { return (-1, "") }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  @Test(
    "works, and sees each wrong credential",
    .enabled(if: python != nil, "needs a Python with boto3: set STREAMING_UPSTREAM_PYTHON"))
  func works() throws {
    let python = try #require(Self.python)
    let server = try FakeS3 { $0.pageLength = 10 }
    let (status, output) = Self.run(python, ["-c", Self.script], server: server)
    #expect(status == 0, "\(output)")
    #expect(output.contains("all checks passed"), "\(output)")
    #expect(server.keys(bucket: "data").count == 25)
  }

  static let script = #"""
    import os, io, urllib.request, urllib.error, hashlib
    import boto3, botocore
    from botocore.config import Config
    from boto3.s3.transfer import TransferConfig

    def client(key="AKIAFAKEFAKEFAKEFAKE", secret="fake/secret+key/for/tests/only0123456789", token=None, region="us-east-1"):
        return boto3.client("s3", endpoint_url=os.environ["ENDPOINT"], aws_access_key_id=key, aws_secret_access_key=secret,
            aws_session_token=token, region_name=region,
            config=Config(signature_version="s3v4", retries={"max_attempts": 1}, s3={"addressing_style": "path"},
                          request_checksum_calculation="when_required", response_checksum_validation="when_required"))

    def code(call):
        try:
            call()
        except botocore.exceptions.ClientError as error:
            return error.response["Error"]["Code"]
        return "none"

    s3 = client()
    keys = ["a/sp ace+é%25~.bin", "b//c", "d?x=1&y#z", "e;f=g@h,i", "ключ", "🦊/" + "x" * 100]
    for key in keys:
        body = os.urandom(1000)
        tag = s3.put_object(Bucket="data", Key=key, Body=body)["ETag"]
        assert tag == '"' + hashlib.md5(body).hexdigest() + '"'
        answer = s3.get_object(Bucket="data", Key=key)
        assert answer["Body"].read() == body and answer["ETag"] == tag and answer["ContentLength"] == 1000
        answer = s3.get_object(Bucket="data", Key=key, Range="bytes=-7")
        assert answer["Body"].read() == body[-7:] and answer["ContentRange"] == "bytes 993-999/1000"
        assert s3.head_object(Bucket="data", Key=key)["ContentLength"] == 1000
        assert code(lambda: s3.get_object(Bucket="data", Key=key, Range="bytes=1000-")) == "InvalidRange"
        assert code(lambda: s3.put_object(Bucket="data", Key=key, Body=b"", IfNoneMatch="*")) == "PreconditionFailed"
        assert code(lambda: s3.get_object(Bucket="data", Key=key, IfMatch='"0"')) == "PreconditionFailed"
        url = s3.generate_presigned_url("get_object", Params={"Bucket": "data", "Key": key}, ExpiresIn=60)
        assert urllib.request.urlopen(url).read() == body
        try:
            urllib.request.urlopen(url.replace("X-Amz-Expires=60", "X-Amz-Expires=61"))
            raise AssertionError("a changed URL was accepted")
        except urllib.error.HTTPError as error:
            assert error.code == 403

    for number in range(18):
        s3.put_object(Bucket="data", Key=f"many/{number:02}", Body=b"x" * number)
    pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket="data"))
    listed = [entry["Key"] for page in pages for entry in page["Contents"]]
    assert sorted(listed) == sorted(keys + [f"many/{n:02}" for n in range(18)]), listed
    assert listed == sorted(listed, key=lambda key: key.encode()) and len(pages) == 3
    folded = s3.list_objects_v2(Bucket="data", Delimiter="/")
    assert [p["Prefix"] for p in folded["CommonPrefixes"]] == ["a/", "b/", "many/", "🦊/"], folded

    big = os.urandom(12 << 20)
    s3.upload_fileobj(io.BytesIO(big), "data", "big", Config=TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20))
    answer = s3.get_object(Bucket="data", Key="big")
    assert answer["Body"].read() == big and answer["ETag"].endswith('-3"')

    deleted = s3.delete_objects(Bucket="data", Delete={"Objects": [{"Key": "none & <none>"}]})
    assert [entry["Key"] for entry in deleted["Deleted"]] == ["none & <none>"]
    s3.put_object(Bucket="data", Key="gone", Body=b"")
    s3.delete_object(Bucket="data", Key="gone")
    assert code(lambda: s3.get_object(Bucket="data", Key="gone")) == "NoSuchKey"
    assert s3.list_buckets()["Buckets"][0]["Name"] == "data"
    assert s3.get_bucket_location(Bucket="data")["LocationConstraint"] is None

    read = lambda **who: code(lambda: client(**who).get_object(Bucket="data", Key="big"))
    assert read(secret="wrong") == "SignatureDoesNotMatch"
    assert read(key="AKIAWRONG") == "InvalidAccessKeyId"
    assert read(token="wrong") == "InvalidToken"
    assert code(lambda: client().get_object(Bucket="none", Key="big")) == "NoSuchBucket"
    print("all checks passed")
    """#
}
