import Foundation
import Testing

/// A file and what Pillow 13.0.0 makes of it.
struct Vector: Sendable, CustomTestStringConvertible {
  let name: String
  let mode: String
  let width: Int
  let height: Int
  let file: [UInt8]
  /// `tobytes()` of the opened image.
  let pixels: [UInt8]
  /// `tobytes()` after `convert("RGBA")` and `convert("L")`; nil for 16-bit gray, which Pillow clips.
  let rgba: [UInt8]?
  let luma: [UInt8]?

  var testDescription: String { name }

  init(_ name: String, _ mode: String, _ size: (Int, Int), file: String, pixels: String, rgba: String?, luma: String?) {
    (self.name, self.mode, (width, height)) = (name, mode, size)
    self.file = bytes(ofBase64: file)
    self.pixels = bytes(ofBase64: pixels)
    self.rgba = rgba.map(bytes(ofBase64:))
    self.luma = luma.map(bytes(ofBase64:))
  }
}

func bytes(ofBase64 text: String) -> [UInt8] { Array(Data(base64Encoded: text) ?? Data()) }

// Printed by Packages/ShardImages/Tests/make-vectors.py with Pillow 13.0.0.
let vectors: [Vector] = [
  Vector(
    "png_1", "1", (7, 5),
    file: "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFAQAAAACh4ct1AAAAEklEQVR4nGOwYHjGtI3pGsM5AA8+A31Ahy2MAAAAAElFTkSuQmCC",
    pixels: "OOaccs4=",
    rgba: """
      AAAA/wAAAP////////////////8AAAD/AAAA/////////////////wAAAP8AAAD/////////////////AAAA/wAAAP////////////////8AAAD/AAAA/////////////////wAAAP8AAAD/////////////////AAAA/wAAAP//////////\
      //////8=
      """,
    luma: "AAD///8AAP///wAA////AAD///8AAP///wAA////AAD///8="),
  Vector(
    "png_L", "L", (7, 5),
    file: "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAAAAACs8akEAAAAG0lEQVR4nGOUNTU1NTU1ZWyC0s+htA+U3gihAavyCL+HfW6kAAAAAElFTkSuQmCC",
    pixels: "HVKHvPEmW4K37CFWi8DnHFGGu/AlTIG26yBVirHmG1CFuu8=",
    rgba: """
      HR0d/1JSUv+Hh4f/vLy8//Hx8f8mJib/W1tb/4KCgv+3t7f/7Ozs/yEhIf9WVlb/i4uL/8DAwP/n5+f/HBwc/1FRUf+Ghob/u7u7//Dw8P8lJSX/TExM/4GBgf+2trb/6+vr/yAgIP9VVVX/ioqK/7Gxsf/m5ub/Gxsb/1BQUP+FhYX/urq6\
      /+/v7/8=
      """,
    luma: "HVKHvPEmW4K37CFWi8DnHFGGu/AlTIG26yBVirHmG1CFuu8="),
  Vector(
    "png_LA", "LA", (7, 5),
    file: "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAQAAAAjkz5TAAAAHklEQVR4nGOUTTBFAoxNR1G4z7VQuD79KNyNX5C5AJIeEcfWNektAAAAAElFTkSuQmCC",
    pixels: "HWBSlYfKvP/xNCZpW56Cxbf67C8hZFaZi87AA+cqHF9RlIbJu/7wMyVoTI+BxLb56y4gY1WYis2x9OYpG15Qk4XIuv3vMg==",
    rgba: """
      HR0dYFJSUpWHh4fKvLy8//Hx8TQmJiZpW1tbnoKCgsW3t7f67OzsLyEhIWRWVlaZi4uLzsDAwAPn5+cqHBwcX1FRUZSGhobJu7u7/vDw8DMlJSVoTExMj4GBgcS2trb56+vrLiAgIGNVVVWYioqKzbGxsfTm5uYpGxsbXlBQUJOFhYXIurq6\
      /e/v7zI=
      """,
    luma: "HVKHvPEmW4K37CFWi8DnHFGGu/AlTIG26yBVirHmG1CFuu8="),
  Vector(
    "png_P", "P", (7, 5),
    file: "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFBAMAAAB7tOvrAAAAIVBMVEUAW7YlgNtKpQBvyiWU70q5FG/eOZQDXrkog95NqANyzSiOoVGGAAAAIUlEQVR4nGMoNVxqwKQk/0mBgc2J04FpkdJ8BUYpy+NpAE5ZBmh6n8A+AAAAAElFTkSuQmCC",
    pixels: "BwUDAQoFAwkHBQAJBwUABgQCAAkECggGBAoIBgEKBQMBCgg=",
    rgba: """
      A165/7kUb/9vyiX/JYDb/3LNKP+5FG//b8ol/02oA/8DXrn/uRRv/wBbtv9NqAP/A165/7kUb/8AW7b/3jmU/5TvSv9KpQD/AFu2/02oA/+U70r/cs0o/yiD3v/eOZT/lO9K/3LNKP8og97/3jmU/yWA2/9yzSj/uRRv/2/KJf8lgNv/cs0o\
      /yiD3v8=
      """,
    luma: "TVCcb59QnHpNUEp6TVBKdcF3SnrBn3J1wZ9ydW+fUJxvn3I="),
  Vector(
    "png_RGB", "RGB", (7, 5),
    file: "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAIAAAAG+GGPAAAAJElEQVR4nGOUTVhsigEYm45yYBF9rpWLRdSn/xIW0Y1fzDFFAZxcGh7y+grtAAAAAElFTkSuQmCC",
    pixels: "HWCjUpXYh8oNvP9C8TR3JmmsW57hgsUIt/o97C9yIWSnVpnci84RwANG5yptHF+iUZTXhskMu/5B8DN2JWirTI/SgcQHtvk86y5xIGOmVZjbis0QsfQ35ilsG16hUJPWhcgLuv1A7zJ1",
    rgba: """
      HWCj/1KV2P+Hyg3/vP9C//E0d/8maaz/W57h/4LFCP+3+j3/7C9y/yFkp/9Wmdz/i84R/8ADRv/nKm3/HF+i/1GU1/+GyQz/u/5B//Azdv8laKv/TI/S/4HEB/+2+Tz/6y5x/yBjpv9VmNv/is0Q/7H0N//mKWz/G16h/1CT1v+FyAv/uv1A\
      /+8ydf8=
      """,
    luma: "VImg1XRdkpvQb1iNpENqU4if1HNcg5rPbleMo8ppUoee03I="),
  Vector(
    "png_RGBA", "RGBA", (7, 5),
    file: "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAYAAACJmvbYAAAAKklEQVR4nGOUTVj8zBQHYGw6yuGNU/K5Vu4GnJI+/ZdEcUpu/GJehUsSAAiOIsSTNkLHAAAAAElFTkSuQmCC",
    pixels: """
      HWCj5lKV2BuHyg1QvP9ChfE0d7omaazvW57hJILFCEu3+j2A7C9ytSFkp+pWmdwfi84RVMADRonnKm2wHF+i5VGU1xqGyQxPu/5BhPAzdrklaKvuTI/SFYHEB0q2+Tx/6y5xtCBjpulVmNseis0QU7H0N3rmKWyvG16h5FCT1hmFyAtOuv1A\
      g+8ydbg=
      """,
    rgba: """
      HWCj5lKV2BuHyg1QvP9ChfE0d7omaazvW57hJILFCEu3+j2A7C9ytSFkp+pWmdwfi84RVMADRonnKm2wHF+i5VGU1xqGyQxPu/5BhPAzdrklaKvuTI/SFYHEB0q2+Tx/6y5xtCBjpulVmNseis0QU7H0N3rmKWyvG16h5FCT1hmFyAtOuv1A\
      g+8ydbg=
      """,
    luma: "VImg1XRdkpvQb1iNpENqU4if1HNcg5rPbleMo8ppUoee03I="),
  Vector(
    "png_I16", "I;16", (7, 5),
    file: "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFEAAAAAD8YXVHAAAAMUlEQVR4nGOUlTWFAjNTU1PGpiYY09TU1JTx+XMY09TUzJTR1weh1NSUcdNGhFJTUwCF4hGAvzIUEQAAAABJRU5ErkJggg==",
    pixels: "HR1SUoeHvLzx8SYnW1yCgre37OwhIlZXi4zAwefnHB1RUoaHu7zw8SUnTE2Bgra36+wgIlVXioyxsubnGx1QUoWHurzv8Q==",
    rgba: nil,
    luma: nil),
  Vector(
    "png_P_transparent", "P", (7, 5),
    file: """
      iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFBAMAAAB7tOvrAAAAIVBMVEUAW7YlgNtKpQBvyiWU70q5FG/eOZQDXrkog95NqANyzSiOoVGGAAAABHRSTlMAgP8HX+YVywAAACFJREFUeJxjKDVcasCkJP9JgYHNidOBaZHSfAVGKcvjaQBOWQZo\
      ep/APgAAAABJRU5ErkJggg==
      """,
    pixels: "BwUDAQoFAwkHBQAJBwUABgQCAAkECggGBAoIBgEKBQMBCgg=",
    rgba: """
      A165/7kUb/9vyiUHJYDbgHLNKP+5FG//b8olB02oA/8DXrn/uRRv/wBbtgBNqAP/A165/7kUb/8AW7YA3jmU/5TvSv9KpQD/AFu2AE2oA/+U70r/cs0o/yiD3v/eOZT/lO9K/3LNKP8og97/3jmU/yWA24ByzSj/uRRv/2/KJQclgNuAcs0o\
      /yiD3v8=
      """,
    luma: "TVCcb59QnHpNUEp6TVBKdcF3SnrBn3J1wZ9ydW+fUJxvn3I="),
  Vector(
    "png_L_transparent", "L", (7, 5),
    file: "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAAAAACs8akEAAAAAnRSTlMAHRWVoeEAAAAbSURBVHicY5Q1NTU1NTVlbILSz6G0D5TeCKEBq/IIv4d9bqQAAAAASUVORK5CYII=",
    pixels: "HVKHvPEmW4K37CFWi8DnHFGGu/AlTIG26yBVirHmG1CFuu8=",
    rgba: """
      HR0dAFJSUv+Hh4f/vLy8//Hx8f8mJib/W1tb/4KCgv+3t7f/7Ozs/yEhIf9WVlb/i4uL/8DAwP/n5+f/HBwc/1FRUf+Ghob/u7u7//Dw8P8lJSX/TExM/4GBgf+2trb/6+vr/yAgIP9VVVX/ioqK/7Gxsf/m5ub/Gxsb/1BQUP+FhYX/urq6\
      /+/v7/8=
      """,
    luma: "HVKHvPEmW4K37CFWi8DnHFGGu/AlTIG26yBVirHmG1CFuu8="),
  Vector(
    "png_RGB_transparent", "RGB", (7, 5),
    file: "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAIAAAAG+GGPAAAABnRSTlMAHQBgAKPx3m3QAAAAJElEQVR4nGOUTVhsigEYm45yYBF9rpWLRdSn/xIW0Y1fzDFFAZxcGh7y+grtAAAAAElFTkSuQmCC",
    pixels: "HWCjUpXYh8oNvP9C8TR3JmmsW57hgsUIt/o97C9yIWSnVpnci84RwANG5yptHF+iUZTXhskMu/5B8DN2JWirTI/SgcQHtvk86y5xIGOmVZjbis0QsfQ35ilsG16hUJPWhcgLuv1A7zJ1",
    rgba: """
      HWCjAFKV2P+Hyg3/vP9C//E0d/8maaz/W57h/4LFCP+3+j3/7C9y/yFkp/9Wmdz/i84R/8ADRv/nKm3/HF+i/1GU1/+GyQz/u/5B//Azdv8laKv/TI/S/4HEB/+2+Tz/6y5x/yBjpv9VmNv/is0Q/7H0N//mKWz/G16h/1CT1v+FyAv/uv1A\
      /+8ydf8=
      """,
    luma: "VImg1XRdkpvQb1iNpENqU4if1HNcg5rPbleMo8ppUoee03I="),
  Vector(
    "png_gray2", "L", (7, 5),
    file: "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFAgAAAADmQbGlAAAAF0lEQVR42mPIyWHYuIHh2BEGaQmGnBwAJ6UEz1fYX0IAAAAASUVORK5CYII=",
    pixels: "Var/AFWq/6r/AFWq/wD/AFWq/wBVAFWq/wBVqlWq/wBVqv8=",
    rgba: """
      VVVV/6qqqv//////AAAA/1VVVf+qqqr//////6qqqv//////AAAA/1VVVf+qqqr//////wAAAP//////AAAA/1VVVf+qqqr//////wAAAP9VVVX/AAAA/1VVVf+qqqr//////wAAAP9VVVX/qqqq/1VVVf+qqqr//////wAAAP9VVVX/qqqq\
      //////8=
      """,
    luma: "Var/AFWq/6r/AFWq/wD/AFWq/wBVAFWq/wBVqlWq/wBVqv8="),
  Vector(
    "png_gray4", "L", (7, 5),
    file: "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFBAAAAABpAUQFAAAAIElEQVR42mO4VCO2gUH9YDYDA5ARwHAwm3UBg9iGqA8AbHkI21F8prkAAAAASUVORK5CYII=",
    pixels: "3SJ3zBFmuyJ3zBFmuwB3zBFmuwBVzBFmuwBVqhFmuwBVqv8=",
    rgba: """
      3d3d/yIiIv93d3f/zMzM/xEREf9mZmb/u7u7/yIiIv93d3f/zMzM/xEREf9mZmb/u7u7/wAAAP93d3f/zMzM/xEREf9mZmb/u7u7/wAAAP9VVVX/zMzM/xEREf9mZmb/u7u7/wAAAP9VVVX/qqqq/xEREf9mZmb/u7u7/wAAAP9VVVX/qqqq\
      //////8=
      """,
    luma: "3SJ3zBFmuyJ3zBFmuwB3zBFmuwBVzBFmuwBVqhFmuwBVqv8="),
  Vector(
    "png_palette1", "P", (7, 5),
    file: "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFAQMAAACzVGSbAAAABlBMVEUAW7YlgNvGuUFPAAAADklEQVR42mNYxRDCAMYADUgCp2MTMnAAAAAASUVORK5CYII=",
    pixels: "AQABAAEAAQABAAEAAQABAAEAAQABAAEAAQABAAEAAQABAAE=",
    rgba: """
      JYDb/wBbtv8lgNv/AFu2/yWA2/8AW7b/JYDb/wBbtv8lgNv/AFu2/yWA2/8AW7b/JYDb/wBbtv8lgNv/AFu2/yWA2/8AW7b/JYDb/wBbtv8lgNv/AFu2/yWA2/8AW7b/JYDb/wBbtv8lgNv/AFu2/yWA2/8AW7b/JYDb/wBbtv8lgNv/AFu2\
      /yWA2/8=
      """,
    luma: "b0pvSm9Kb0pvSm9Kb0pvSm9Kb0pvSm9Kb0pvSm9Kb0pvSm8="),
  Vector(
    "png_palette2", "P", (7, 5),
    file: "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFAgMAAAD09B5LAAAADFBMVEUAW7YlgNtKpQBvyiXwmd1zAAAAF0lEQVR42mPIyWHYuIHh2BEGaQmGnBwAJ6UEz1fYX0IAAAAASUVORK5CYII=",
    pixels: "AQIDAAECAwIDAAECAwADAAECAwABAAECAwABAgECAwABAgM=",
    rgba: """
      JYDb/0qlAP9vyiX/AFu2/yWA2/9KpQD/b8ol/0qlAP9vyiX/AFu2/yWA2/9KpQD/b8ol/wBbtv9vyiX/AFu2/yWA2/9KpQD/b8ol/wBbtv8lgNv/AFu2/yWA2/9KpQD/b8ol/wBbtv8lgNv/SqUA/yWA2/9KpQD/b8ol/wBbtv8lgNv/SqUA\
      /2/KJf8=
      """,
    luma: "b3ecSm93nHecSm93nEqcSm93nEpvSm93nEpvd293nEpvd5w="),
  Vector(
    "png_palette4", "P", (7, 5),
    file: """
      iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFBAMAAAB7tOvrAAAAMFBMVEUAW7YlgNtKpQBvyiWU70q5FG/eOZQDXrkog95NqANyzSiX8k28F3LhPJcGYbwrhuHfXwytAAAAAnRSTlMJyDLuPPMAAAAgSURBVHjaY7hUI7aBQf1gNgMDkBHAcDCb\
      dQGD2IaoDwBseQjbUXymuQAAAABJRU5ErkJggg==
      """,
    pixels: "DQIHDAEGCwIHDAEGCwAHDAEGCwAFDAEGCwAFCgEGCwAFCg8=",
    rgba: """
      4TyX/0qlAP8DXrn/vBdy/yWA28jeOZT/l/JN/0qlAP8DXrn/vBdy/yWA28jeOZT/l/JN/wBbtgkDXrn/vBdy/yWA28jeOZT/l/JN/wBbtgm5FG//vBdy/yWA28jeOZT/l/JN/wBbtgm5FG//cs0o/yWA28jeOZT/l/JN/wBbtgm5FG//cs0o\
      /yuG4f8=
      """,
    luma: "eHdNU291xHdNU291xEpNU291xEpQU291xEpQn291xEpQn3U="),
  Vector(
    "png_rgb16", "RGB", (7, 5),
    file: """
      iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFEAIAAABWaL3MAAAA4klEQVR42gHXACj/AB0dYGCjo1JSlZXY2IeHysoODby8//9DQvHxNTR4dycmammtrFxbn57i4QCCgsXFCQi3t/r6Pj3s7DAvc3IiIWVkqKdXVpqZ3dyMi8/OExHBwAUDSEYA\
      5+crKm5tHRxgX6OiUlGVlNjXh4bKyQ4MvLv//kNB8fA1M3h2JyVqaK2rAE1MkI/T0oKBxcQJB7e2+vk+POzrMC5zcSIgZWOopldVmpjd24yKz80TEACysfX0OTfn5ispbmwdG2Beo6FSUJWT2NaHhcrIDgu8uv/9Q0Dx7zUyeHXP7Gtp6TpG\
      fAAAAABJRU5ErkJggg==
      """,
    pixels: "HWCjUpXYh8oOvP9D8TV4J2qtXJ/igsUJt/o+7DBzImWoV5rdjM8TwQVI5ytuHWCjUpXYh8oOvP9D8TV4J2qtTZDTgsUJt/o+7DBzImWoV5rdjM8TsvU55ytuHWCjUpXYh8oOvP9D8TV4",
    rgba: """
      HWCj/1KV2P+Hyg7/vP9D//E1eP8naq3/XJ/i/4LFCf+3+j7/7DBz/yJlqP9Xmt3/jM8T/8EFSP/nK27/HWCj/1KV2P+Hyg7/vP9D//E1eP8naq3/TZDT/4LFCf+3+j7/7DBz/yJlqP9Xmt3/jM8T/7L1Of/nK27/HWCj/1KV2P+Hyg7/vP9D\
      //E1eP8=
      """,
    luma: "VImh1nVek5zRcFmOpkVrVImh1nVehJzRcFmOpsxrVImh1nU="),
  Vector(
    "png_grayalpha16", "RGBA", (7, 5),
    file: """
      iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFEAQAAABzA+IQAAAAnElEQVR42gGRAG7/AB0dYGBSUpWVh4fKyry8///x8TU0JyZqaVxbn54AgoLFxbe3+vrs7DAvIiFlZFdWmpmMi8/OwcAFAwDn5ysqHRxgX1JRlZSHhsrJvLv//vHwNTMnJWpo\
      AE1MkI+CgcXEt7b6+ezrMC4iIGVjV1WamIyKz80AsrH19OfmKykdG2BeUlCVk4eFysi8uv/98e81Mv55S+m9BjCJAAAAAElFTkSuQmCC
      """,
    pixels: """
      HR0dYFJSUpWHh4fKvLy8//Hx8TUnJydqXFxcn4KCgsW3t7f67OzsMCIiImVXV1eajIyMz8HBwQXn5+crHR0dYFJSUpWHh4fKvLy8//Hx8TUnJydqTU1NkIKCgsW3t7f67OzsMCIiImVXV1eajIyMz7KysvXn5+crHR0dYFJSUpWHh4fKvLy8\
      //Hx8TU=
      """,
    rgba: """
      HR0dYFJSUpWHh4fKvLy8//Hx8TUnJydqXFxcn4KCgsW3t7f67OzsMCIiImVXV1eajIyMz8HBwQXn5+crHR0dYFJSUpWHh4fKvLy8//Hx8TUnJydqTU1NkIKCgsW3t7f67OzsMCIiImVXV1eajIyMz7KysvXn5+crHR0dYFJSUpWHh4fKvLy8\
      //Hx8TU=
      """,
    luma: "HVKHvPEnXIK37CJXjMHnHVKHvPEnTYK37CJXjLLnHVKHvPE="),
  Vector(
    "png_rgba16", "RGBA", (7, 5),
    file: """
      iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFEAYAAADZCiqbAAABKElEQVR42gEdAeL+AB0dYGCjo+bmUlKVldjYHBuHh8rKDg1RULy8//9DQoaF8fE1NHh3u7onJmpprazw71xbn57i4SYkAIKCxcUJCExLt7f6+j49gYDs7DAvc3K2tSIhZWSo\
      p+vqV1aamd3cIR+Mi8/OExFWVMHABQNIRouJAOfnKypubbGwHRxgX6Oi5uVSUZWU2NccGoeGyskODFFPvLv//kNBhoTx8DUzeHa7uSclamitq/DuAE1MkI/T0hcVgoHFxAkHTEq3tvr5PjyBf+zrMC5zcba0IiBlY6im6+lXVZqY3dshHoyK\
      z80TEFZTALKx9fQ5N3x65+YrKW5ssa8dG2Beo6Hm5FJQlZPY1hwZh4XKyA4LUU68uv/9Q0CGg/HvNTJ4dbu4bbSPQvjgdwgAAAAASUVORK5CYII=
      """,
    pixels: """
      HWCj5lKV2ByHyg5RvP9DhvE1eLsnaq3wXJ/iJoLFCUy3+j6B7DBztiJlqOtXmt0hjM8TVsEFSIvnK26xHWCj5lKV2ByHyg5RvP9DhvE1eLsnaq3wTZDTF4LFCUy3+j6B7DBztiJlqOtXmt0hjM8TVrL1OXznK26xHWCj5lKV2ByHyg5RvP9D\
      hvE1eLs=
      """,
    rgba: """
      HWCj5lKV2ByHyg5RvP9DhvE1eLsnaq3wXJ/iJoLFCUy3+j6B7DBztiJlqOtXmt0hjM8TVsEFSIvnK26xHWCj5lKV2ByHyg5RvP9DhvE1eLsnaq3wTZDTF4LFCUy3+j6B7DBztiJlqOtXmt0hjM8TVrL1OXznK26xHWCj5lKV2ByHyg5RvP9D\
      hvE1eLs=
      """,
    luma: "VImh1nVek5zRcFmOpkVrVImh1nVehJzRcFmOpsxrVImh1nU="),
  Vector(
    "png_interlaced_gray1", "1", (13, 9),
    file: "iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJAQAAAAG2BqtRAAAAGUlEQVR42mM4wACBHxgegOE/IESA0AA4AgAcawsh6ePsKgAAAABJRU5ErkJggg==",
    pixels: "qqhVUKqoVVCqqFVQqqhVUKqo",
    rgba: """
      /////wAAAP//////AAAA//////8AAAD//////wAAAP//////AAAA//////8AAAD//////wAAAP//////AAAA//////8AAAD//////wAAAP//////AAAA//////8AAAD//////wAAAP//////AAAA//////8AAAD//////wAAAP//////AAAA\
      //////8AAAD//////wAAAP//////AAAA//////8AAAD//////wAAAP//////AAAA//////8AAAD//////wAAAP//////AAAA//////8AAAD//////wAAAP//////AAAA//////8AAAD//////wAAAP//////AAAA//////8AAAD//////wAA\
      AP//////AAAA//////8AAAD//////wAAAP//////AAAA//////8AAAD//////wAAAP//////AAAA//////8AAAD//////wAAAP//////AAAA//////8AAAD//////wAAAP//////AAAA//////8AAAD//////wAAAP//////AAAA//////8A\
      AAD//////wAAAP//////AAAA//////8AAAD//////wAAAP//////AAAA//////8AAAD//////wAAAP//////
      """,
    luma: "/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/"),
  Vector(
    "png_interlaced_palette8", "P", (13, 9),
    file: """
      iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJCAMAAAGpo2bOAAADAFBMVEUAW7YlgNtKpQBvyiWU70q5FG/eOZQDXrkog95NqANyzSiX8k28F3LhPJcGYbwrhuFQqwZ10Cua9VC/GnXkP5oJZL8uieRTrgl40y6d+FPCHXjnQp0MZ8IxjOdWsQx7\
      1jGg+1bFIHvqRaAPasU0j+pZtA9+2TSj/lnII37tSKMSbcg3ku1ctxKB3DemAVzLJoHwS6YVcMs6lfBfuhWE3zqpBF/OKYTzTqkYc849mPNivRiH4j2sB2LRLIf2UawbdtFAm/ZlwBuK5UCvCmXUL4r5VK8eedRDnvlowx6N6EOyDWjXMo38\
      V7IhfNdGofxrxiGQ60a1EGvaNZD/WrUkf9pJpP9uySST7km4E27dOJMCXbgngt1MpwJxzCeW8Uy7FnHgO5YFYLsqheBPqgV0zyqZ9E++GXTjPpkIY74tiONSrQh30i2c91LBHHfmQZwLZsEwi+ZVsAt61TCf+lXEH3rpRJ8OacQzjulYsw59\
      2DOi/VjHIn3sR6IRbMc2kexbthGA2zalAFvKJYDvSqUUb8o5lO9euRSD3jmoA17NKIPyTagXcs08l/JhvBeG4TyrBmHQK4b1UKsaddA/mvVkvxqJ5D+uCWTTLon4U64deNNCnfhnwh2M50KxDGfWMYz7VrEge9ZFoPtqxSCP6kW0D2rZNI/+\
      WbQjftlIo/5tyCOS7Ui3Em3cN5IBXLcmgdxLpgFwyyaV8Eu6FXDfOpUEX7ophN9OqQRzzimY8069GHPiPZgHYr0sh+JRrAd20Syb9lHAG3blQJsKZcAviuVUrwp51C+e+VTDHnnoQ54NaMMyjehXsg181zKh/FfGIXzrRqEQa8Y1kOtatRB/\
      2jWk/1rJJH/uSaQTbsk4k+5duBOC3TinAl3MJ4LxTKcWccw7lvFguxaF4DuqBWDPKoX0T6oZdM8+mfRjvhmI4z6tCGPSLYj3Uq0cd9JBnPdmwRyL5kGwC2bVMIv6VbAfetVEn/ppxB+O6USzDmnYM479WLMifdhHov1sxyKR7Ee2EWzbNpFH\
      OEb7AAAAk0lEQVR42gGIAHf/AB3FAEXtAPGZABnBALGFWS0Ah1svABvvwwCvg1cA51G7JY/5YwB75U+5I433AFK8JpD6ZAAchvBaxC4A5lC6JI74ALAahO5YwgB65E64IowAgrfsIVaLwPUqX5TJ/gBMgbbrIFWKv/QpXpPIABZLgLXqH1SJ\
      vvMoXZIA4BVKf7TpHlOIvfInXNdwPjzUJhcQAAAAAElFTkSuQmCC
      """,
    pixels: "HVKHvPEmW5DF+i9kmYK37CFWi8D1Kl+Uyf7nHFGGu/AlWo/E+S5jTIG26yBVir/0KV6TyLHmG1CFuu8kWY7D+C0WS4C16h9Uib7zKF2Se7DlGk+Eue4jWI3C9+AVSn+06R5TiL3yJ1xFeq/kGU6DuO0iV4zB",
    rgba: """
      MYzn/9o1kP+D3jn/LIfi/9Uwi/9+2TT/J4Ld/9Arhv951C//In3Y/8smgf90zyr/HXjT/8olgP9zzin/HHfS/8Uge/9uyST/F3LN/8Abdv9pxB//Em3I/7sWcf9kvxr/DWjD/7YRbP9jvhn/DGfC/7UQa/9euRT/B2K9/7ALZv9ZtA//Al24\
      /6sGYf9Urwr//Viz/6YBXP9PqgX//Fey/6UAW/9OqQT/91Kt/6D7Vv9JpP//8k2o/5v2Uf9En/r/7Uij/5bxTP8/mvX/6EOe/5XwS/8+mfT/50Kd/5DrRv85lO//4j2Y/4vmQf80j+r/3TiT/4bhPP8viuX/2DOO/4HcN/8uieT/1zKN/4Db\
      Nv8phN//0i2I/3vWMf8kf9r/zSiD/3bRLP8fetX/yCN+/3HMJ/8addD/xyJ9/3DLJv8ZdM//wh14/2vGIf8Ub8r/vRhz/2bBHP8PasX/uBNu/2G8F/8KZcD/sw5p/2C7Fv8JZL//sg1o/1u2Ef8EX7r/rQhj/1axDP//WrX/qANe/1GsB//6\
      VbD/o/5Z/0ynAv/5VK//ov1Y/0umAf/0T6r/nfhT/0ah/P/vSqX/mPNO/0Gc9//qRaD/k+5J/zyX8v/lQJv/
      """,
    luma: "e3GwdmyrcWembGKhZ2GgZlybYVeWXFKRV02QVkyLUUeGTEKBlD18kzx7js2TiciOhMOJf8KIfr2Debh+dLN5b654bq1zaahuZKNpX55kXp1jWZheVJNZT45USo1TSYhORIOWP36R0HmQz3iLypCGxYuBwIZ8"),
  Vector(
    "png_interlaced_rgba8", "RGBA", (13, 9),
    file: """
      iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJCAYAAAGefZb8AAAB5UlEQVR42mOQTVj87CiHdx+Da8dpvrcGxdsYPpqU75p5Rz6JQTJm/qODLO5dDBu/mFe1nuD2i5xzX0m3YPM3hvZTvAHR8x6q6Bdt/cEgHbfwyXuj0h2H2Tx7GNZ/Mq1oPsbp\
      Ez7rrgLDc63cDYFTrkvt/ufYopqx+l3/JdGInzb1h5KXvdRhqN7H6PJUI3ud/6SrEjv/2Dcpp61803tBOOy7Ve0BhqCpN6T3/HdqVctc837CZbHIX7YNh1OWv9JlkIlf9LTtJI//B+OynVFzHygfYffq1Svc8p3hmWbO+oDJ1yR3/XVoVklf\
      9bbvokj4D+u6gwwbPptVSsUueNxynMv3nWHJ9ojZ9xQPsXp0M1TtZXB+op611m/iFfEdv+0alVJXvO45LxTK0AQMj+1AG98AvacItDUMGBrd5wRDDjC7dX61qN4H9NVnoDM0gD6LBTplEtB3xxl8gJ5rBLpmG9CDr4EuUgB6MnTGbbmuswLB\
      +5lcO4BBuBfoxE/AwFIHOjMGGJwTGcSAIeoNdGkDMOy2Al37Chi68klLX4RMvyXbeYY/CBhE7UDn7wEG00egF9SAQRXN8AAYUqJAX3gBQ6se6JMtwBB7qZO/SS5xyfPgaTdlgPEYCPRaGzAmdgO99wEYi6oAvPDqpzUMeNIAAAAASUVORK5C\
      YII=
      """,
    pixels: """
      HWCj5lKV2BuHyg1QvP9ChfE0d7omaazvW57hJJDTFlnFCEuO+j2Awy9ytfhkp+otmdwfYoLFCEu3+j2A7C9ytSFkp+pWmdwfi84RVMADRon1OHu+Km2w81+i5SiU1xpdyQxPkv5BhMfnKm2wHF+i5VGU1xqGyQxPu/5BhPAzdrklaKvuWp3g\
      I4/SFVjEB0qN+Tx/wi5xtPdjpuksTI/SFYHEB0q2+Tx/6y5xtCBjpulVmNseis0QU78CRYj0N3q9KWyv8l6h5CeT1hlcyAtOkbH0N3rmKWyvG16h5FCT1hmFyAtOuv1Ag+8ydbgkZ6rtWZzfIo7RFFfDBkmM+Dt+wS1ws/YWWZzfS47RFIDD\
      Bkm1+Dt+6i1wsx9ipehUl9odicwPUr4BRIfzNnm8KGuu8V2g4yaS1Rhbe74BRLDzNnnlKGuuGl2g40+S1RiExwpNufw/gu4xdLcjZqnsWJveIY3QE1bCBUiL9zp9wOAjZqkVWJveSo3QE3/CBUi09zp96Sxvsh5hpOdTltkciMsOUb0AQ4by\
      NXi7J2qt8Fyf4iVFiMsOer0AQ6/yNXjkJ2qtGVyf4k6R1BeDxglMuPs+ge0wc7YiZajrV5rdIIzPElXBBEeK
      """,
    rgba: """
      HWCj5lKV2BuHyg1QvP9ChfE0d7omaazvW57hJJDTFlnFCEuO+j2Awy9ytfhkp+otmdwfYoLFCEu3+j2A7C9ytSFkp+pWmdwfi84RVMADRon1OHu+Km2w81+i5SiU1xpdyQxPkv5BhMfnKm2wHF+i5VGU1xqGyQxPu/5BhPAzdrklaKvuWp3g\
      I4/SFVjEB0qN+Tx/wi5xtPdjpuksTI/SFYHEB0q2+Tx/6y5xtCBjpulVmNseis0QU78CRYj0N3q9KWyv8l6h5CeT1hlcyAtOkbH0N3rmKWyvG16h5FCT1hmFyAtOuv1Ag+8ydbgkZ6rtWZzfIo7RFFfDBkmM+Dt+wS1ws/YWWZzfS47RFIDD\
      Bkm1+Dt+6i1wsx9ipehUl9odicwPUr4BRIfzNnm8KGuu8V2g4yaS1Rhbe74BRLDzNnnlKGuuGl2g40+S1RiExwpNufw/gu4xdLcjZqnsWJveIY3QE1bCBUiL9zp9wOAjZqkVWJveSo3QE3/CBUi09zp96Sxvsh5hpOdTltkciMsOUb0AQ4by\
      NXi7J2qt8Fyf4iVFiMsOer0AQ6/yNXjkJ2qtGVyf4k6R1BeDxglMuPs+ge0wc7YiZajrV5rdIIzPElXBBEeK
      """,
    luma: "VImg1XRdkqlIfWabspvQb1iNpEN4YZatTIFqU4if1HNckahHfGWag5rPbleMo0J3YJWsS8ppUoee03JbkKdGe2RNgpnObVaLokF2X5SrlMloUYad0nFaj6ZFemNMgZjNbFWKoUB1XpN8k8hnUIWc0XBZjqVE"),
  Vector(
    "png_interlaced_gray16", "I;16", (13, 9),
    file: """
      iVBORw0KGgoAAAANSUhEUgAAAA0AAAAJEAAAAAHrhhVjAAABCElEQVR42gH9AAL/AB0dxsUASEXx7QDx8ZuZAB0ZxsEAsrGHhVxZMS0Ah4dcWzEvAB0b8e/GwwCyr4eDXFcA5+dSUby7JyWRj/v5ZmMAfXvn5VJPvLknI5GN+/cAUlK8vCcm\
      kZD7+mZkAB0ch4bx8FxaxsQxLgDn5lJQvLonJJGO+/gAsrAdGoeE8e5cWMbCAH165+RSTry4JyKRjACCgre37OwiIVdWjIvBwPb1LCphX5aUy8kA/gBNTIKBt7bs6yIgV1WMisG/9vQsKWFelpPLyAAYFk1LgoC3tezqIh9XVIyJwb728ywo\
      YV2WkgDi4BgVTUqCf7e07OkiHldTjIjBvfbyLCdhXGykfJB983+YAAAAAElFTkSuQmCC
      """,
    pixels: """
      HR1SUoeHvLzx8SYnW1yQkcXG+vsvMWRmmZuCgre37OwhIlZXi4zAwfX2KixfYZSWycv+AOfnHB1RUoaHu7zw8SUnWlyPkcTG+fsuMWNmTE2Bgra36+wgIlVXioy/wfT2KSxeYZOWyMuxsubnGx1QUoWHurzv8SQnWVyOkcPG+PstMRYYS02A\
      grW36uwfIlRXiYy+wfP2KCxdYZKWe32wsuXnGh1PUoSHubzu8SMnWFyNkcLG9/vg4hUYSk1/grS36eweIlNXiIy9wfL2JyxcYUVIen2vsuTnGR1OUoOHuLzt8SInV1yMkcHG
      """,
    rgba: nil,
    luma: nil),
  Vector(
    "png_with_text_and_gamma", "RGB", (7, 5),
    file: """
      iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAIAAAAG+GGPAAAABGdBTUEAAYagMeiWXwAAAA50RVh0Q29tbWVudABhIHdvcmRpFtWZAAAAeUlEQVR42gFuAJH/AB1go1KV2IfKDbz/QvE0dyZprFue4QCCxQi3+j3sL3IhZKdWmdyLzhHAA0YA\
      5yptHF+iUZTXhskMu/5B8DN2JWirAEyP0oHEB7b5POsucSBjplWY24rNEACx9DfmKWwbXqFQk9aFyAu6/UDvMnVscDVykIq9QgAAAABJRU5ErkJggg==
      """,
    pixels: "HWCjUpXYh8oNvP9C8TR3JmmsW57hgsUIt/o97C9yIWSnVpnci84RwANG5yptHF+iUZTXhskMu/5B8DN2JWirTI/SgcQHtvk86y5xIGOmVZjbis0QsfQ35ilsG16hUJPWhcgLuv1A7zJ1",
    rgba: """
      HWCj/1KV2P+Hyg3/vP9C//E0d/8maaz/W57h/4LFCP+3+j3/7C9y/yFkp/9Wmdz/i84R/8ADRv/nKm3/HF+i/1GU1/+GyQz/u/5B//Azdv8laKv/TI/S/4HEB/+2+Tz/6y5x/yBjpv9VmNv/is0Q/7H0N//mKWz/G16h/1CT1v+FyAv/uv1A\
      /+8ydf8=
      """,
    luma: "VImg1XRdkpvQb1iNpENqU4if1HNcg5rPbleMo8ppUoee03I="),
  Vector(
    "jpeg_L", "L", (17, 13),
    file: """
      /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAANABEBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL\
      /8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ip\
      qrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APMNEsPu8V6Rolh93iup+we1eZaJbJ8tekaJbJ8tdT9mSv/Z
      """,
    pixels: """
      AgkTHCQuOD9KUVtkbHaAh5EGDRcgKDE7Qk5VX2hweYOKlQsSHCUtN0FIU1pkbXV/iZCaEBchKzM8Rk1YX2lze4SOlaAVHCYvN0FLUl1kbnd/iZOapBohKzU9RlBXYmlzfYWOmJ+qICcxOkJLVVxob3mCipOdpK8jKjQ+Rk9ZYGtyfIaOl6Go\
      syoxO0RMVV9ncnmDjJSdp6+5LTQ/SFBZY2p1fIeQmKGrsr0zOkRNVV5ocHuCjJWdprC4wjg/SVNbZG51gIeRm6Ostr3IPENNVl5ncnmEi5Wepq+6wcs=
      """,
    rgba: """
      AgIC/wkJCf8TExP/HBwc/yQkJP8uLi7/ODg4/z8/P/9KSkr/UVFR/1tbW/9kZGT/bGxs/3Z2dv+AgID/h4eH/5GRkf8GBgb/DQ0N/xcXF/8gICD/KCgo/zExMf87Ozv/QkJC/05OTv9VVVX/X19f/2hoaP9wcHD/eXl5/4ODg/+Kior/lZWV\
      /wsLC/8SEhL/HBwc/yUlJf8tLS3/Nzc3/0FBQf9ISEj/U1NT/1paWv9kZGT/bW1t/3V1df9/f3//iYmJ/5CQkP+ampr/EBAQ/xcXF/8hISH/Kysr/zMzM/88PDz/RkZG/01NTf9YWFj/X19f/2lpaf9zc3P/e3t7/4SEhP+Ojo7/lZWV/6Cg\
      oP8VFRX/HBwc/yYmJv8vLy//Nzc3/0FBQf9LS0v/UlJS/11dXf9kZGT/bm5u/3d3d/9/f3//iYmJ/5OTk/+ampr/pKSk/xoaGv8hISH/Kysr/zU1Nf89PT3/RkZG/1BQUP9XV1f/YmJi/2lpaf9zc3P/fX19/4WFhf+Ojo7/mJiY/5+fn/+q\
      qqr/ICAg/ycnJ/8xMTH/Ojo6/0JCQv9LS0v/VVVV/1xcXP9oaGj/b29v/3l5ef+CgoL/ioqK/5OTk/+dnZ3/pKSk/6+vr/8jIyP/Kioq/zQ0NP8+Pj7/RkZG/09PT/9ZWVn/YGBg/2tra/9ycnL/fHx8/4aGhv+Ojo7/l5eX/6Ghof+oqKj/\
      s7Oz/yoqKv8xMTH/Ozs7/0RERP9MTEz/VVVV/19fX/9nZ2f/cnJy/3l5ef+Dg4P/jIyM/5SUlP+dnZ3/p6en/6+vr/+5ubn/LS0t/zQ0NP8/Pz//SEhI/1BQUP9ZWVn/Y2Nj/2pqav91dXX/fHx8/4eHh/+QkJD/mJiY/6Ghof+rq6v/srKy\
      /729vf8zMzP/Ojo6/0RERP9NTU3/VVVV/15eXv9oaGj/cHBw/3t7e/+CgoL/jIyM/5WVlf+dnZ3/pqam/7CwsP+4uLj/wsLC/zg4OP8/Pz//SUlJ/1NTU/9bW1v/ZGRk/25ubv91dXX/gICA/4eHh/+RkZH/m5ub/6Ojo/+srKz/tra2/729\
      vf/IyMj/PDw8/0NDQ/9NTU3/VlZW/15eXv9nZ2f/cnJy/3l5ef+EhIT/i4uL/5WVlf+enp7/pqam/6+vr/+6urr/wcHB/8vLy/8=
      """,
    luma: """
      AgkTHCQuOD9KUVtkbHaAh5EGDRcgKDE7Qk5VX2hweYOKlQsSHCUtN0FIU1pkbXV/iZCaEBchKzM8Rk1YX2lze4SOlaAVHCYvN0FLUl1kbnd/iZOapBohKzU9RlBXYmlzfYWOmJ+qICcxOkJLVVxob3mCipOdpK8jKjQ+Rk9ZYGtyfIaOl6Go\
      syoxO0RMVV9ncnmDjJSdp6+5LTQ/SFBZY2p1fIeQmKGrsr0zOkRNVV5ocHuCjJWdprC4wjg/SVNbZG51gIeRm6Ostr3IPENNVl5ncnmEi5Wepq+6wcs=
      """),
  Vector(
    "jpeg_RGB", "RGB", (17, 13),
    file: """
      /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIy\
      MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wAARCAANABEDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkK\
      FhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEB\
      AQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOE\
      hYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDkdEsPu8V6Rolh93iub0S2T5a9AsI1it1K8FiBn0r0MViIYajKtPaKueZFXdiz9nh/56J/\
      30KKtfZkor4f/XKv/wA+l97On6uu5//Z
      """,
    pixels: """
      AS1ICDRREj1dG0ZpJUt4L1WEOl6QQWaTTHKXU3qXXYaYZpCgbZevd6DAgafWiK3hkrbqBTFODDhVFkFjH0lvKVB7MliHPWGRRGmWUHabV36bYYqeapOncZu0eqLFhKrZi7DkmL3qCjVVETxcG0ZpJE50LlWAOF6LQ2iVSm+bVXugXIOiZo6o\
      b5exd569gafOi6/hkrbmmMDkDzpcFkFjIEpwKlR8NFuGPWOQSG2ZT3SeWoClYYera5KzdZy9faPIhqvXkLTml7vrpMrvFD9iG0ZpJ053MFeCOF+KQmmUTHOcU3qhX4WqZoyxcpW9e57Ig6XSja/dl7npnsDupsv3GURnIEpwLFN+NlyJPmWQ\
      R26XUXmdWICkZIqva5C6d5nHgaPTiavbk7Pinb7npMfnrtLoIUhvKE94MliFO2GQQWqWSnScVH+hW4aoaZC3cZbCfZ7Thqfdj6/imbnio8XhrM/TuN/AJEtyK1J7NVuKP2WWRW6aTnieWIOjX4qqbJO6dJnGgKDZi6rjlLPin77dqcvVs9i5\
      o8tzLFJ3M1iCPGKTRWucS3SgVH6kXoqnZpKvb5e7faHRhKTfjKvin7zkqMjXrtDAut+Zr9lFL1V6NluFQGaXSW6iT3imWIKoYo6paZWwdZ3BgabTh6fik7Hlp8Xhrs7Jq9GitNtxuOErNVt/PGKJRWqeTnOoVHytXIitZpSub5u0faXIh6zZ\
      j67lnLjnsM7ZsNOzqtGArddPweYnOmGAQWeMSm+jUnmwWoK1Yo61bJqyc6G4f6rMjLHdlrXro8HlsdHMrtSbqdResd83yO0kQGWCRWuPTnOnVXyzXYW4ZZG4b5+2d6a6f6rKj7TenLztp8bir9C7qtF+q9pAvOwoyvIf
      """,
    rgba: """
      AS1I/wg0Uf8SPV3/G0Zp/yVLeP8vVYT/Ol6Q/0Fmk/9Mcpf/U3qX/12GmP9mkKD/bZev/3egwP+Bp9b/iK3h/5K26v8FMU7/DDhV/xZBY/8fSW//KVB7/zJYh/89YZH/RGmW/1B2m/9Xfpv/YYqe/2qTp/9xm7T/eqLF/4Sq2f+LsOT/mL3q\
      /wo1Vf8RPFz/G0Zp/yROdP8uVYD/OF6L/0Nolf9Kb5v/VXug/1yDov9mjqj/b5ex/3eevf+Bp87/i6/h/5K25v+YwOT/Dzpc/xZBY/8gSnD/KlR8/zRbhv89Y5D/SG2Z/090nv9agKX/YYer/2uSs/91nL3/faPI/4ar1/+QtOb/l7vr/6TK\
      7/8UP2L/G0Zp/ydOd/8wV4L/OF+K/0JplP9Mc5z/U3qh/1+Fqv9mjLH/cpW9/3ueyP+DpdL/ja/d/5e56f+ewO7/psv3/xlEZ/8gSnD/LFN+/zZcif8+ZZD/R26X/1F5nf9YgKT/ZIqv/2uQuv93mcf/gaPT/4mr2/+Ts+L/nb7n/6TH5/+u\
      0uj/IUhv/yhPeP8yWIX/O2GQ/0Fqlv9KdJz/VH+h/1uGqP9pkLf/cZbC/32e0/+Gp93/j6/i/5m54v+jxeH/rM/T/7jfwP8kS3L/K1J7/zVbiv8/ZZb/RW6a/054nv9Yg6P/X4qq/2yTuv90mcb/gKDZ/4uq4/+Us+L/n77d/6nL1f+z2Ln/\
      o8tz/yxSd/8zWIL/PGKT/0VrnP9LdKD/VH6k/16Kp/9mkq//b5e7/32h0f+EpN//jKvi/5+85P+oyNf/rtDA/7rfmf+v2UX/L1V6/zZbhf9AZpf/SW6i/094pv9Ygqj/Yo6p/2mVsP91ncH/gabT/4en4v+TseX/p8Xh/67Oyf+r0aL/tNtx\
      /7jhK/81W3//PGKJ/0Vqnv9Oc6j/VHyt/1yIrf9mlK7/b5u0/32lyP+HrNn/j67l/5y45/+wztn/sNOz/6rRgP+t10//weYn/zphgP9BZ4z/Sm+j/1J5sP9agrX/Yo61/2yasv9zobj/f6rM/4yx3f+Wtev/o8Hl/7HRzP+u1Jv/qdRe/7Hf\
      N//I7ST/QGWC/0Vrj/9Oc6f/VXyz/12FuP9lkbj/b5+2/3emuv9/qsr/j7Te/5y87f+nxuL/r9C7/6rRfv+r2kD/vOwo/8ryH/8=
      """,
    luma: """
      Iyo0PUVPWWBrcnyFjZehqLEnLjhBSVJcY292gImRmqSrtywzPUZOWGJpdHuFjpagqrG4MThCTFRdZ255gIqUnKWvtsM2PUdQWGJsc36Fj5igqrS7xTtCTFZeZ3F4g4qUnqavucDKQUhSW2Nsdn2JkJqjq7S+xdBES1VfZ3B6gYyTnaevuMLJ\
      tUtSXGVtdoCIj5yhqLjAxMy8TlVgaXF6hIuVoKSuv8TAw8BUW2Vudn+JkZ2mq7XGxby7xVlganR8hY+WoauyvMfCur7LXWRud3+Ik5qhrrjAxLy6x84=
      """),
  Vector(
    "jpeg_RGB_444", "RGB", (17, 13),
    file: """
      /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK\
      CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wAARCAANABEDAREAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkK\
      FhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEB\
      AQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOE\
      hYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwD5H/Zb+En/AB7f6L6dq/bD8jP0g/Zb+En/AB7f6L6dqAPpP/hDfDH/AEGrD/wKT/Gvz/8A\
      4iz4V/8AQ+wX/hVQ/wDlh1fUMd/z6l/4C/8AI/N39lvwRpP+jfL6fw1+gHKfoB8JtFtNC8MwS2BZJbiZIVlTgxggkke+FI7YznPFfzv9J/j3OeAfC2dfKpyp18TVhh41Iy5ZUlKM5ylH3X7zhTlTTTjKDn7SMlKCv62S4WnisalPVRV7d9l+\
      t/lY9K/4QjSf7v8A47X+Q598f//Z
      """,
    pixels: """
      AShRCjFaEzpjHENsJUx1LlV+N16HQGeQSXCZUnmiW4KrZIu0bZS9dp3Gf6bPiK/Yj7nhBi1WDzZfGD9oIUhxKlF6MlmCPGOMRWyVTnWeV36nYIewaZC5cpnCeqHKhKvUjbTdl7zmCzJbFDtkHkVuJk12L1Z/OF+IQmmSSnGaU3qjXIOsZo22\
      bpW+d57HgKfQirHakrnimcPtEDdgGUBpIklyK1J7NFuEPWSNRm2WT3afWH+oYYixapG6c5rDfKPMhazVjrXel77noMfuFTxlHkVuJ053MFeAOWCJQmmSS3KbVHukXYStZo22b5a/eJ/IgajRirHak7rjnMPspcz3GkFqIklyLFN8NVyFPmWO\
      Rm2WUHegWYCpYomyapG6dJvEfaTNhq3WjrXemL/oocjxq9H4H0ZvKE94MlmCOmGKQ2qTTHOcVXylXoWuZ463cJfAeqHKgqnSi7LblLvkncTtps32rdf/JEt0LVR9Nl2GP2aPSG+YUXihWoGqY4qzbJO8dZzFfqXOh67XkLfgmcDposnyq9L7\
      s9sBKVB5MlmCO2KLRGuUTXSdVn2mX4avaI+4bJm2f57UganakrHfk7vumsbpqc77tdT/uN8ILlV+N16HQGeQSXCZUnmiW4KrZIu0bZS9dKDDgKXai63TjbjalsLln8zptM32quAGveQNM1qDPGOMRWyVTnWeV36nYIewaZC5cpnCdqbMiKjO\
      i7bYlsPkn8bvo9L+sdwGut8GwukSOF+IQWiRSnGaU3qjXIOsZYy1bpW+d57HfKjVka7ajbrhmMDzpcr3s9L/tNoAwuEXx+4XPWSNRWyVT3afWH+oYYixaZC5c5rDfKPMh6zZi7PWlr3mpszwqNP2rtYAseQNyu0TzPMc
      """,
    rgba: """
      AShR/woxWv8TOmP/HENs/yVMdf8uVX7/N16H/0BnkP9JcJn/Unmi/1uCq/9ki7T/bZS9/3adxv9/ps//iK/Y/4+54f8GLVb/DzZf/xg/aP8hSHH/KlF6/zJZgv88Y4z/RWyV/051nv9Xfqf/YIew/2mQuf9ymcL/eqHK/4Sr1P+NtN3/l7zm\
      /wsyW/8UO2T/HkVu/yZNdv8vVn//OF+I/0Jpkv9KcZr/U3qj/1yDrP9mjbb/bpW+/3eex/+Ap9D/irHa/5K54v+Zw+3/EDdg/xlAaf8iSXL/K1J7/zRbhP89ZI3/Rm2W/092n/9Yf6j/YYix/2qRuv9zmsP/fKPM/4Ws1f+Otd7/l77n/6DH\
      7v8VPGX/HkVu/ydOd/8wV4D/OWCJ/0Jpkv9Lcpv/VHuk/12Erf9mjbb/b5a//3ifyP+BqNH/irHa/5O64/+cw+z/pcz3/xpBav8iSXL/LFN8/zVchf8+ZY7/Rm2W/1B3oP9ZgKn/Yomy/2qRuv90m8T/faTN/4at1v+Otd7/mL/o/6HI8f+r\
      0fj/H0Zv/yhPeP8yWYL/OmGK/0Nqk/9Mc5z/VXyl/16Frv9njrf/cJfA/3qhyv+CqdL/i7Lb/5S75P+dxO3/ps32/63X//8kS3T/LVR9/zZdhv8/Zo//SG+Y/1F4of9agar/Y4qz/2yTvP91nMX/fqXO/4eu1/+Qt+D/mcDp/6LJ8v+r0vv/\
      s9sB/ylQef8yWYL/O2KL/0RrlP9NdJ3/Vn2m/1+Gr/9oj7j/bJm2/3+e1P+Bqdr/krHf/5O77v+axun/qc77/7XU//+43wj/LlV+/zdeh/9AZ5D/SXCZ/1J5ov9bgqv/ZIu0/22Uvf90oMP/gKXa/4ut0/+NuNr/lsLl/5/M6f+0zfb/quAG\
      /73kDf8zWoP/PGOM/0Vslf9OdZ7/V36n/2CHsP9pkLn/cpnC/3amzP+IqM7/i7bY/5bD5P+fxu//o9L+/7HcBv+63wb/wukS/zhfiP9BaJH/SnGa/1N6o/9cg6z/ZYy1/26Vvv93nsf/fKjV/5Gu2v+NuuH/mMDz/6XK9/+z0v//tNoA/8Lh\
      F//H7hf/PWSN/0Vslf9Pdp//WH+o/2GIsf9pkLn/c5rD/3yjzP+HrNn/i7PW/5a95v+mzPD/qNP2/67WAP+x5A3/yu0T/8zzHP8=
      """,
    luma: """
      ISozPEVOV2BpcnuEjZafqLEmLzhBSlJcZW53gImSmqSttis0PkZPWGJqc3yGjpegqrK7MDlCS1RdZm94gYqTnKWut8A1PkdQWWJrdH2Gj5ihqrO8xTpCTFVeZnB5goqUnaauuMHKP0hSWmNsdX6HkJqiq7S9xs9ETVZfaHF6g4yVnqewucLL\
      tklSW2Rtdn+Ij5ujrbW9yNC7TldgaXJ7hI2XoKevucLKt8BTXGVud4CJkpyjrbm/ybe7xVhhanN8hY6XoKqxusTOtsHKXWVveIGJk5ymq7bFyrK8ys8=
      """),
  Vector(
    "jpeg_RGB_422", "RGB", (17, 13),
    file: """
      /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU\
      FBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAARCAANABEDASEAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkK\
      FhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEB\
      AQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOE\
      hYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDwT4W+Ef8AU/J6dq+wPhb4R/1Pyenav0g+CPYv7Gsv+fm3/wC/i/40V8p/rZw9/wBDGj/4\
      Nh/8kb+wq/yP7mfH3wt0SD9zx6dq+q/CVlHYaZG0WVeRhGHHBXqSf0x+NTxbj6uWZBjcXQdpxpys1o02rJ/Ju/yChFTqxi+52P8AYkHp+lFf5rn2J//Z
      """,
    pixels: """
      ACdQCjFaEzpjG0JrJUx1LVR9Nl2GQGeQSG+YUnmiW4KrY4qzbZS9dZzFfqXOiK/akbjjBi1WDzZfGD9oIEdwK1J7M1qDPGOMRWyVTnWeV36nYIewaI+4c5rDe6LLhKvUjbTblL/iCjFaFDtkHURtJUx1L1Z/N16HQGeQSnGaUnmiXIOsZYy1\
      bZS9d57Hf6bPiK/Yk7jinsHrDzZfGUBpIklyKlF6NFuEPGOMRWyVT3afV36nYYixapG6cpnCfKPMhKvUjbTdl77nnMbsFTxlH0ZvKE94MFeAOmGKQmmSS3KbVXylXYStZ463cJfAeJ/IgqnSirHak7rjncTtp8z4GkFqI0pzLFN8NFuEP2aP\
      R26XUHegWYCpYomya5K7dJvEfKPMh67Xj7bfmL/oocjxqs/5HkVuKE94MViBOWCJQ2qTS3KbVHukXoWuZo22cJfAeaDJgajRi7Lbk7rjnMPsps32rdn8JEt0LlV+Nl2GP2aPSXCZUXihWoGqY4qzbJO8dp3GfqXOh67XkbjhmcDposnystnE\
      q9E9KlB3M1l+OWSEQW2KTneXV36dYoeia5Crc5q5dZ/FfqzehLHskrr3nsH5tND4vdq+tNc9L1OHOV2RP2eaR2+jU3itXH+1Z4m5cZPBeJzMe6TQh7TbjLremL/oq9HUqtSMsdlSueIkNFp+PWWJQ22VTHWhVn+tYYW3bI3Ad5bMe5/TgqjZ\
      j7nfk77hosXvt9zKp9dFr98Nv+oUOWF7QWqGSHOTT3ybWoahZY6scJS4e5zFgafOirDXkrzkmb/kq8zrtde2rts6uecLxu8VP2GOR2yZTXWoVH6uX4qtaZG1c5jEf6LMiK/OkbjVl8Dgn8bXs9q/ps10tt4uweoQy/Ib
      """,
    rgba: """
      ACdQ/woxWv8TOmP/G0Jr/yVMdf8tVH3/Nl2G/0BnkP9Ib5j/Unmi/1uCq/9jirP/bZS9/3Wcxf9+pc7/iK/a/5G44/8GLVb/DzZf/xg/aP8gR3D/K1J7/zNag/88Y4z/RWyV/051nv9Xfqf/YIew/2iPuP9zmsP/e6LL/4Sr1P+NtNv/lL/i\
      /woxWv8UO2T/HURt/yVMdf8vVn//N16H/0BnkP9KcZr/Unmi/1yDrP9ljLX/bZS9/3eex/9/ps//iK/Y/5O44v+ewev/DzZf/xlAaf8iSXL/KlF6/zRbhP88Y4z/RWyV/092n/9Xfqf/YYix/2qRuv9ymcL/fKPM/4Sr1P+NtN3/l77n/5zG\
      7P8VPGX/H0Zv/yhPeP8wV4D/OmGK/0Jpkv9Lcpv/VXyl/12Erf9njrf/cJfA/3ifyP+CqdL/irHa/5O64/+dxO3/p8z4/xpBav8jSnP/LFN8/zRbhP8/Zo//R26X/1B3oP9ZgKn/Yomy/2uSu/90m8T/fKPM/4eu1/+Ptt//mL/o/6HI8f+q\
      z/n/HkVu/yhPeP8xWIH/OWCJ/0Nqk/9Lcpv/VHuk/16Frv9mjbb/cJfA/3mgyf+BqNH/i7Lb/5O64/+cw+z/ps32/63Z/P8kS3T/LlV+/zZdhv8/Zo//SXCZ/1F4of9agar/Y4qz/2yTvP92ncb/fqXO/4eu1/+RuOH/mcDp/6LJ8v+y2cT/\
      q9E9/ypQd/8zWX7/OWSE/0Ftiv9Od5f/V36d/2KHov9rkKv/c5q5/3Wfxf9+rN7/hLHs/5K69/+ewfn/tND4/73avv+01z3/L1OH/zldkf8/Z5r/R2+j/1N4rf9cf7X/Z4m5/3GTwf94nMz/e6TQ/4e02/+Mut7/mL/o/6vR1P+q1Iz/sdlS\
      /7niJP80Wn7/PWWJ/0Ntlf9MdaH/Vn+t/2GFt/9sjcD/d5bM/3uf0/+CqNn/j7nf/5O+4f+ixe//t9zK/6fXRf+v3w3/v+oU/zlhe/9Baob/SHOT/098m/9ahqH/ZY6s/3CUuP97nMX/gafO/4qw1/+SvOT/mb/k/6vM6/+117b/rts6/7nn\
      C//G7xX/P2GO/0dsmf9Ndaj/VH6u/1+Krf9pkbX/c5jE/3+izP+Ir87/kbjV/5fA4P+fxtf/s9q//6bNdP+23i7/weoQ/8vyG/8=
      """,
    luma: """
      ICozO0VNVmBocnuDjZWeqLEmLzhAS1NcZW53gIiTm6Sttio0PUVPV2BqcnyFjZefqLK7LzlCSlRcZW93gYqSnKStt741P0hQWmJrdX2HkJiiqrO9xjpDTFRfZ3B5gouUnKevuMHJPkhRWWNrdH6GkJmhq7O8xtBETlZfaXF6g4yWnqexucLL\
      tUlSW2Nudn+IkpekqrW9zM67TlhhaXN7hI6XnauwuMa/vsBTXWVueICJk5qisbW/z7i5xVhhanJ8hY2XoKm0uMbJu8DKXGZvd4GJkpynsLe8y7e+xc4=
      """),
  Vector(
    "jpeg_RGB_progressive", "RGB", (17, 13),
    file: """
      /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIy\
      MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wgARCAANABEDASIAAhEBAxEB/8QAFwAAAwEAAAAAAAAAAAAAAAAAAAMFBv/EABYBAQEBAAAAAAAAAAAAAAAAAAQDBf/aAAwDAQACEAMQAAABkaSboEFYNMOv/8QAGRAAAgMBAAAAAAAAAAAAAAAA\
      AAIBAxIR/9oACAEBAAEFAqUKUMwUqJHFyf/EABYRAQEBAAAAAAAAAAAAAAAAAAABE//aAAgBAwEBPwGM3//EABoRAAICAwAAAAAAAAAAAAAAAAECAAMVQVL/2gAIAQIBAT8BtsFaFzqZl+Z//8QAFhAAAwAAAAAAAAAAAAAAAAAAECAx/9oA\
      CAEBAAY/AhU//8QAGxAAAgIDAQAAAAAAAAAAAAAAAAERMSFBYZH/2gAIAQEAAT8hrKzi9FYFIjZA/9oADAMBAAIAAwAAABAHz//EABcRAAMBAAAAAAAAAAAAAAAAAAABEVH/2gAIAQMBAT8QSuEaf//EABkRAAIDAQAAAAAAAAAAAAAAAAAB\
      ETFhkf/aAAgBAgEBPxCjFJMfWf/EABoQAAICAwAAAAAAAAAAAAAAAAFRABARIfH/2gAIAQEAAT8QWi04KuMmhIDKr//Z
      """,
    pixels: """
      AS1ICDRREj1dG0ZpJUt4L1WEOl6QQWaTTHKXU3qXXYaYZpCgbZevd6DAgafWiK3hkrbqBTFODDhVFkFjH0lvKVB7MliHPWGRRGmWUHabV36bYYqeapOncZu0eqLFhKrZi7DkmL3qCjVVETxcG0ZpJE50LlWAOF6LQ2iVSm+bVXugXIOiZo6o\
      b5exd569gafOi6/hkrbmmMDkDzpcFkFjIEpwKlR8NFuGPWOQSG2ZT3SeWoClYYera5KzdZy9faPIhqvXkLTml7vrpMrvFD9iG0ZpJ053MFeCOF+KQmmUTHOcU3qhX4WqZoyxcpW9e57Ig6XSja/dl7npnsDupsv3GURnIEpwLFN+NlyJPmWQ\
      R26XUXmdWICkZIqva5C6d5nHgaPTiavbk7Pinb7npMfnrtLoIUhvKE94MliFO2GQQWqWSnScVH+hW4aoaZC3cZbCfZ7Thqfdj6/imbnio8XhrM/TuN/AJEtyK1J7NVuKP2WWRW6aTnieWIOjX4qqbJO6dJnGgKDZi6rjlLPin77dqcvVs9i5\
      o8tzLFJ3M1iCPGKTRWucS3SgVH6kXoqnZpKvb5e7faHRhKTfjKvin7zkqMjXrtDAut+Zr9lFL1V6NluFQGaXSW6iT3imWIKoYo6paZWwdZ3BgabTh6fik7Hlp8Xhrs7Jq9GitNtxuOErNVt/PGKJRWqeTnOoVHytXIitZpSub5u0faXIh6zZ\
      j67lnLjnsM7ZsNOzqtGArddPweYnOmGAQWeMSm+jUnmwWoK1Yo61bJqyc6G4f6rMjLHdlrXro8HlsdHMrtSbqdResd83yO0kQGWCRWuPTnOnVXyzXYW4ZZG4b5+2d6a6f6rKj7TenLztp8bir9C7qtF+q9pAvOwoyvIf
      """,
    rgba: """
      AS1I/wg0Uf8SPV3/G0Zp/yVLeP8vVYT/Ol6Q/0Fmk/9Mcpf/U3qX/12GmP9mkKD/bZev/3egwP+Bp9b/iK3h/5K26v8FMU7/DDhV/xZBY/8fSW//KVB7/zJYh/89YZH/RGmW/1B2m/9Xfpv/YYqe/2qTp/9xm7T/eqLF/4Sq2f+LsOT/mL3q\
      /wo1Vf8RPFz/G0Zp/yROdP8uVYD/OF6L/0Nolf9Kb5v/VXug/1yDov9mjqj/b5ex/3eevf+Bp87/i6/h/5K25v+YwOT/Dzpc/xZBY/8gSnD/KlR8/zRbhv89Y5D/SG2Z/090nv9agKX/YYer/2uSs/91nL3/faPI/4ar1/+QtOb/l7vr/6TK\
      7/8UP2L/G0Zp/ydOd/8wV4L/OF+K/0JplP9Mc5z/U3qh/1+Fqv9mjLH/cpW9/3ueyP+DpdL/ja/d/5e56f+ewO7/psv3/xlEZ/8gSnD/LFN+/zZcif8+ZZD/R26X/1F5nf9YgKT/ZIqv/2uQuv93mcf/gaPT/4mr2/+Ts+L/nb7n/6TH5/+u\
      0uj/IUhv/yhPeP8yWIX/O2GQ/0Fqlv9KdJz/VH+h/1uGqP9pkLf/cZbC/32e0/+Gp93/j6/i/5m54v+jxeH/rM/T/7jfwP8kS3L/K1J7/zVbiv8/ZZb/RW6a/054nv9Yg6P/X4qq/2yTuv90mcb/gKDZ/4uq4/+Us+L/n77d/6nL1f+z2Ln/\
      o8tz/yxSd/8zWIL/PGKT/0VrnP9LdKD/VH6k/16Kp/9mkq//b5e7/32h0f+EpN//jKvi/5+85P+oyNf/rtDA/7rfmf+v2UX/L1V6/zZbhf9AZpf/SW6i/094pv9Ygqj/Yo6p/2mVsP91ncH/gabT/4en4v+TseX/p8Xh/67Oyf+r0aL/tNtx\
      /7jhK/81W3//PGKJ/0Vqnv9Oc6j/VHyt/1yIrf9mlK7/b5u0/32lyP+HrNn/j67l/5y45/+wztn/sNOz/6rRgP+t10//weYn/zphgP9BZ4z/Sm+j/1J5sP9agrX/Yo61/2yasv9zobj/f6rM/4yx3f+Wtev/o8Hl/7HRzP+u1Jv/qdRe/7Hf\
      N//I7ST/QGWC/0Vrj/9Oc6f/VXyz/12FuP9lkbj/b5+2/3emuv9/qsr/j7Te/5y87f+nxuL/r9C7/6rRfv+r2kD/vOwo/8ryH/8=
      """,
    luma: """
      Iyo0PUVPWWBrcnyFjZehqLEnLjhBSVJcY292gImRmqSrtywzPUZOWGJpdHuFjpagqrG4MThCTFRdZ255gIqUnKWvtsM2PUdQWGJsc36Fj5igqrS7xTtCTFZeZ3F4g4qUnqavucDKQUhSW2Nsdn2JkJqjq7S+xdBES1VfZ3B6gYyTnaevuMLJ\
      tUtSXGVtdoCIj5yhqLjAxMy8TlVgaXF6hIuVoKSuv8TAw8BUW2Vudn+JkZ2mq7XGxby7xVlganR8hY+WoauyvMfCur7LXWRud3+Ik5qhrrjAxLy6x84=
      """),
  Vector(
    "jpeg_RGB_restarts", "RGB", (17, 13),
    file: """
      /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIy\
      MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wAARCAANABEDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkK\
      FhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEB\
      AQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOE\
      hYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/90ABAAB/9oADAMBAAIRAxEAPwDkdEsPu8V6Rolh93iub0S2T5a9AsI1it1K8FiBn0r0MViIYajKtPaKueZFXdj/\
      0O/+zw/89E/76FFWvsyUV8v/AK5V/wDn0vvZy/V13P/Z
      """,
    pixels: """
      AS1ICDRREj1dG0ZpJUt4L1WEOl6QQWaTTHKXU3qXXYaYZpCgbZevd6DAgafWiK3hkrbqBTFODDhVFkFjH0lvKVB7MliHPWGRRGmWUHabV36bYYqeapOncZu0eqLFhKrZi7DkmL3qCjVVETxcG0ZpJE50LlWAOF6LQ2iVSm+bVXugXIOiZo6o\
      b5exd569gafOi6/hkrbmmMDkDzpcFkFjIEpwKlR8NFuGPWOQSG2ZT3SeWoClYYera5KzdZy9faPIhqvXkLTml7vrpMrvFD9iG0ZpJ053MFeCOF+KQmmUTHOcU3qhX4WqZoyxcpW9e57Ig6XSja/dl7npnsDupsv3GURnIEpwLFN+NlyJPmWQ\
      R26XUXmdWICkZIqva5C6d5nHgaPTiavbk7Pinb7npMfnrtLoIUhvKE94MliFO2GQQWqWSnScVH+hW4aoaZC3cZbCfZ7Thqfdj6/imbnio8XhrM/TuN/AJEtyK1J7NVuKP2WWRW6aTnieWIOjX4qqbJO6dJnGgKDZi6rjlLPin77dqcvVs9i5\
      o8tzLFJ3M1iCPGKTRWucS3SgVH6kXoqnZpKvb5e7faHRhKTfjKvin7zkqMjXrtDAut+Zr9lFL1V6NluFQGaXSW6iT3imWIKoYo6paZWwdZ3BgabTh6fik7Hlp8Xhrs7Jq9GitNtxuOErNVt/PGKJRWqeTnOoVHytXIitZpSub5u0faXIh6zZ\
      j67lnLjnsM7ZsNOzqtGArddPweYnOmGAQWeMSm+jUnmwWoK1Yo61bJqyc6G4f6rMjLHdlrXro8HlsdHMrtSbqdResd83yO0kQGWCRWuPTnOnVXyzXYW4ZZG4b5+2d6a6f6rKj7TenLztp8bir9C7qtF+q9pAvOwoyvIf
      """,
    rgba: """
      AS1I/wg0Uf8SPV3/G0Zp/yVLeP8vVYT/Ol6Q/0Fmk/9Mcpf/U3qX/12GmP9mkKD/bZev/3egwP+Bp9b/iK3h/5K26v8FMU7/DDhV/xZBY/8fSW//KVB7/zJYh/89YZH/RGmW/1B2m/9Xfpv/YYqe/2qTp/9xm7T/eqLF/4Sq2f+LsOT/mL3q\
      /wo1Vf8RPFz/G0Zp/yROdP8uVYD/OF6L/0Nolf9Kb5v/VXug/1yDov9mjqj/b5ex/3eevf+Bp87/i6/h/5K25v+YwOT/Dzpc/xZBY/8gSnD/KlR8/zRbhv89Y5D/SG2Z/090nv9agKX/YYer/2uSs/91nL3/faPI/4ar1/+QtOb/l7vr/6TK\
      7/8UP2L/G0Zp/ydOd/8wV4L/OF+K/0JplP9Mc5z/U3qh/1+Fqv9mjLH/cpW9/3ueyP+DpdL/ja/d/5e56f+ewO7/psv3/xlEZ/8gSnD/LFN+/zZcif8+ZZD/R26X/1F5nf9YgKT/ZIqv/2uQuv93mcf/gaPT/4mr2/+Ts+L/nb7n/6TH5/+u\
      0uj/IUhv/yhPeP8yWIX/O2GQ/0Fqlv9KdJz/VH+h/1uGqP9pkLf/cZbC/32e0/+Gp93/j6/i/5m54v+jxeH/rM/T/7jfwP8kS3L/K1J7/zVbiv8/ZZb/RW6a/054nv9Yg6P/X4qq/2yTuv90mcb/gKDZ/4uq4/+Us+L/n77d/6nL1f+z2Ln/\
      o8tz/yxSd/8zWIL/PGKT/0VrnP9LdKD/VH6k/16Kp/9mkq//b5e7/32h0f+EpN//jKvi/5+85P+oyNf/rtDA/7rfmf+v2UX/L1V6/zZbhf9AZpf/SW6i/094pv9Ygqj/Yo6p/2mVsP91ncH/gabT/4en4v+TseX/p8Xh/67Oyf+r0aL/tNtx\
      /7jhK/81W3//PGKJ/0Vqnv9Oc6j/VHyt/1yIrf9mlK7/b5u0/32lyP+HrNn/j67l/5y45/+wztn/sNOz/6rRgP+t10//weYn/zphgP9BZ4z/Sm+j/1J5sP9agrX/Yo61/2yasv9zobj/f6rM/4yx3f+Wtev/o8Hl/7HRzP+u1Jv/qdRe/7Hf\
      N//I7ST/QGWC/0Vrj/9Oc6f/VXyz/12FuP9lkbj/b5+2/3emuv9/qsr/j7Te/5y87f+nxuL/r9C7/6rRfv+r2kD/vOwo/8ryH/8=
      """,
    luma: """
      Iyo0PUVPWWBrcnyFjZehqLEnLjhBSVJcY292gImRmqSrtywzPUZOWGJpdHuFjpagqrG4MThCTFRdZ255gIqUnKWvtsM2PUdQWGJsc36Fj5igqrS7xTtCTFZeZ3F4g4qUnqavucDKQUhSW2Nsdn2JkJqjq7S+xdBES1VfZ3B6gYyTnaevuMLJ\
      tUtSXGVtdoCIj5yhqLjAxMy8TlVgaXF6hIuVoKSuv8TAw8BUW2Vudn+JkZ2mq7XGxby7xVlganR8hY+WoauyvMfCur7LXWRud3+Ik5qhrrjAxLy6x84=
      """),
  Vector(
    "jpeg_CMYK", "CMYK", (17, 13),
    file: """
      /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAIBgYHBgUIBwcHCQkICgwUDQwLCwwZEhMPFB0aHx4dGhwcICQuJyAiLCMcHCg3KSwwMTQ0NB8nOT04MjwuMzQy/8AAFAgADQARBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgME\
      BQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqi\
      o6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD07W7/AO9zXTa3f/e5put3/wB7muV1u/8Avc15vrd/97mvN9bv/vc15vrd/wDe5qT4W+GIfFvjGS61CGOfS9LQ\
      TTxyAMssjZEaEZBxkM3Qg7MEfNXLfb/euW+3+9Vv+ET8Yf8AQq65/wCC6b/4mvoz7f716brdy/zV6brdy/zV1ut3L/NXyXrdy/zV5vrdy/zV5vrdy/zVH8MNAtPFXxBWHUkjmtLK3e8e3kXcsxUqqqeRxucNzkHbgjBr6E8CaTaeH/hzpS2K\
      yZvreO/uGd9xaWSNST6AAYAA7AZyck8t9peuW+0vX0n9perf2l6//9k=
      """,
    pixels: """
      AipSegkxWYETO2OLHERslCRMdJwuVn6mOGCIsD9nj7dKcpq9UXmh0FuDq8ZkjLTpbJS853aexu+AqND/h6/X8pG54QgGLlZ+DTVdhRc/Z48gSHCYKFB4oDFZgak7Y4uzQmqSuk52nsJVfaXDX4ev6miQuNFwmMDdeaHJ+YOr0+WKstoSlb3l\
      DAszW4MSOmKKHERslCVNdZ0tVX2lN1+Hr0FpkblIcJjAU3uj01qCquBkjLTVbZW95XWdxfl/p8/5ibHZAJC44AWawugREDhgiBc/Z48hSXGZK1N7ozNbg6s8ZIy0Rm6Wvk11ncVYgKjFX4ev12mRudlzm8Pke6PL94Ss1P+Ott4Jlb3lDKDI\
      8RcVPWWNHERslCZOdp4vV3+nN1+Hr0FpkblLc5vDUnqiyl2FrfNkjLTHbpa+8nefx/F/p8/2ibHZAJO74wuawuoTpMz2GxpCapIhSXGZK1N7ozVdha09ZY21Rm6WvlB4oMhXf6fPYoqyyWmRud9zm8PvfaXN/oWt1fCOtt4QmMDoEZ/H7xGq\
      0vchIEhwmCdPd58xWYGpOmKKskJqkrpLc5vDVX2lzVyErNRokLjib5e/7HmhyeWCqtL0irLaCZO74wedxe0FpMz0La/X/yYjS3ObKlJ6ojRchKw+Zo62Rm6Wvk93n8dZganRYIiw2GuTu+RymsLrfKTM9Iau1v+Ott4Fl7/nCaHJ8Smo0PgZ\
      s9sCKipSeqIxWYGpO2OLs0RslLxMdJzEVX2lzV+Hr9dnj7ffcpq86HmhyuyDq8/5jLTfCZS85gCdxeEfp8//Hq/X9SW54QkxLVV9pTRchKw/Z4+3SHCYwFB4oMhZganRY4uz22qSuuJ1ncr1fKTS8Yevy/+QuNwWmMDbAKHJ+hyr0/kpstoM\
      Ib3lDTUzW4OrOmKKskRslLxNdZ3FVX2lzV6GrtZokLjgcJjA6Hujy+eCqsP/jLTyAJW96wWdxeshps74KrDYABW44As+wuoSOjhgiLA/Z4+3SXGZwVN7o8tbg6vTZIy03G6WvuZ1ncXtgKjM/4ev1gCRueEWm8PeBqPL9SOs1P8ctt4YLL3l\
      DDTI8BhAPGSMtENrk7tNdZ3FVn6mzl6GrtZnj7ffcprC6nmhyfGErOTri7PUCJW94w6exvkkps71Ha/XBCS64gAzwekKOMvzG0M=
      """,
    rgba: """
      hG9a/3pmUv9rWUf/X04+/1VFNv9JOy3/PjEl/zYrIP8vJBr/IBkR/yUcE/8NCgb/DgoG/wkGBP8AAAD/BgQC/2tEHf9+alX/dGFO/2ZUQ/9aSjr/UEEy/0U4Kv86LiP/Mygd/yohF/8oHxX/DQoH/xsUDf8TDgj/AwIB/w0JBP9tSCL/ZT8Z\
      /3djUP9tWkj/X04+/1RENf9KPC7/PzIm/zQpHv8tIxn/HhcQ/xQPCv8aEwz/DwsH/wMCAf8DAgH/dk4m/21GHv9eORX/cF1K/2ZUQ/9ZSTn/TD4w/0M2Kf85LiL/LyUb/ygfFv8mHRT/GRMN/xYQCv8PCwb/BAMC/wAAAP9tRiD/ZT8Z/1Yy\
      Df9pV0X/X04+/1NDNP9IOiz/PzIm/zQpHv8qIRj/JBwT/wgGBP8iGRD/BwUD/wcFA/8FAwL/dk4m/2dBG/9dOBP/US4I/2JRQP9ZSTn/TD4w/0E0J/84LSH/LyUb/yYdFP8gGBH/IRkQ/xMOCf8JBgT/AQAA/wcFAv9qRB//YDsV/1o0D/9K\
      Jwf/Wko6/1FCM/9FOCr/Oy8j/zMoHf8qIRj/IRkS/xsVDv8RDQj/CwgF/w4KBv8FBAL/cUok/2lCG/9gORL/SyoJ/0QiAP9WRzf/Tj8x/0I1KP83LCD/LyUb/yceFf8eFxD/GBIM/xALB/8LCAX/BgQC/wAAAP9vSCD/ZD4X/08tDP9OKgb/\
      Px7T/04/Mf9FOCr/Oi4j/zEnHP8pIBf/IRkS/xkTDf8TDgn/DQkG/woHBP8DAgH/b0gf/2tDGf9WMxr/TioA/0QiCf85GMf/Sjwu/0I1KP82KyD/LSMZ/yYdFP8eFxD/FhAL/xEMCP8FBAL/BwUC/wAAAP9lQSD/Zz8k/1QwBP9GJQX/QyDU\
      /zQVwP9DNin/Oy8j/zEnHP8oHxb/IRkS/xoTDf8SDQn/DQkG/wwJBf8AAAD/c0sN/2hBFP9VMhH/SikG/0gk6v82F7n/LxC3/z4xJf82KyD/LCMZ/yMbE/8cFQ7/FRAK/w4KBv8KBwT/AAAA/3hQKf9lQBv/Yjsg/08tCf9KJgD/PBu//zUV\
      wf8pC63/OS4i/zInHf8oHxb/IBkR/xoTDf8TDgn/DAgF/wcFA/8KBwL/cEoq/2Q+Gv9TMQX/TysJ/0Ui2P83F8z/MBG//yYJqP8=
      """,
    luma: """
      c2pcUUg+NC0mGh4KCwcABEtuZVdNRDowKiMhCxUPAgpPRmdeUUc/NSslGBAUDAICVU1AYVdMQTgwJyEfFBEMAwBNRjlaUUY9NSsjHQYbBQUDVUg/NFRMQTYvJx8aGg8HAAVLQjsuTUU6MSojGxYOCQsEUUlAMChKQjcuJyAYEwwJBABPRTMx\
      PUI6MCkiGxQPCggCT0o7MCk2PzctJR8YEQ0EBQBISDYrPzI4MSkhGxQOCgkAUEg5L0UzLDQtJRwWEQsIAFhHRDMsODImMCkhGhQPCQUHUkU2MkE1LiQ=
      """),
]
