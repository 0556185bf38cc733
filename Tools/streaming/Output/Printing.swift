import Foundation

/// Writes a line to the standard error stream.
func printError(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

/// Whether the standard error stream is a terminal, where a progress line makes sense.
let standardErrorIsTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
