import CDLPack
import CStreaming
import StreamingC
import Testing

@Suite("The C header")
struct HeaderTests {
  /// Does not compile unless the function that the header declares and the one that is exported are of one type.
  private func same<T>(_ declared: T, _ exported: T) {}

  @Test("declares each function with the types that it has")
  func signatures() {
    same(streaming_interface_version, StreamingC.interfaceVersion)
    same(streaming_open, StreamingC.open)
    same(streaming_sample_count, StreamingC.sampleCount)
    same(streaming_start, StreamingC.start)
    same(streaming_batch_count, StreamingC.batchCount)
    same(streaming_next, StreamingC.next)
    same(streaming_state, StreamingC.state)
    same(streaming_row_count, StreamingC.rowCount)
    same(streaming_column_count, StreamingC.columnCount)
    same(streaming_column_index, StreamingC.columnIndex)
    same(streaming_column_name, StreamingC.columnName)
    same(streaming_column_type, StreamingC.columnType)
    same(streaming_export, StreamingC.export)
    same(streaming_export_unversioned, StreamingC.exportUnversioned)
    same(streaming_release, StreamingC.release)
    #expect(streaming_interface_version() == 1)
  }
}
