import CloudAuth
import Foundation
import Testing

struct SecretTests {
  @Test("no way of printing shows a secret")
  func prints() {
    let credential = AWSCredential(
      accessKeyID: "id", secretAccessKey: Secret("hunter2"), sessionToken: Secret("token7"))
    var dumped = ""
    dump(credential, to: &dumped)
    for text in ["\(credential)", String(reflecting: credential), dumped, "\(credential.secretAccessKey)"] {
      #expect(!text.contains("hunter2") && !text.contains("token7") && text.contains("…"), "\(text)")
    }
  }

  @Test("compares by bytes")
  func equality() {
    #expect(Secret("abc") == Secret("abc"))
    #expect(Secret("abc") != Secret("abd"))
    #expect(Secret("abc") != Secret("ab"))
    #expect(Secret("") == Secret(""))
    #expect(Secret("abc").withBytes { $0.byteCount } == 3)
  }
}
