// The lines in which the server says what is wrong with a file or an index, in Chinese; they come in English.

const LINES = [
  ["it is empty; .*", "文件是空的：请放入报告内容，或移除它"],
  ["it holds no text", "文件里没有文字"],
  ["this is no file", "这不是文件"],
  ["this is not text; .*", "这不是文本文件：请另存为 UTF-8 或 GB18030 编码的 .txt"],
  ["its bytes are not (.+); .*", "文件不是 $1 编码：请另存为 UTF-8 文本"],
  ["unknown format; planqa reads (.+)", "不认识这种格式：可以读 $1"],
  ["not a report file: planqa reads (.+)", "这不是报告文件：可以读 $1"],
  ["inside it is a (.+) file; rename it so", "内容其实是 $1 文件：请改用这个扩展名"],
  ["its text has more than (\\d+) characters; split it", "文字超过 $1 字：请拆成几个文件"],
  ["it has more than (\\d+) MB; split it", "文件超过 $1 MB：请拆成几个文件"],
  ["it has more than (\\d+) pages; split it", "页数超过 $1：请拆成几个文件"],
  ["this is no Word file.*", "这不是 Word 文件，或者已经损坏"],
  ["its part (.+) is damaged", "文件已损坏（$1）：请重新保存"],
  ["its part (.+) defines entities, .*", "文件里的 $1 定义了实体，报告不会这样：不予读取"],
  ["its part (.+) is too large .*", "文件里的 $1 太大，不像报告"],
  ["(?:this PDF is|it is) locked by a password; .*", "文件有密码：请去掉密码再保存"],
  ["this PDF is damaged; .*", "PDF 已损坏：请重新保存"],
  ["this PDF is a scan without text; (.*) reads it", "这是扫描件，没有文字：安装识别组件后可读（$1）"],
  ["open it in Word or WPS .*", "请用 Word 或 WPS 打开，另存为 .docx；或者安装 LibreOffice"],
  ["LibreOffice cannot read it; .*", "LibreOffice 读不了这个文件：请另存为 .docx"],
  ["reading it took over (\\d+) seconds; split it", "读取超过 $1 秒：请拆成几个文件"],
  ["the reader broke down on it.*", "读取这个文件时出了错：请重新保存再试"],
  ["it goes by the same name as (.+): .*", "与 $1 同名：请改名"],
  ["it cannot be read: (.*)", "读不了：$1"],
  ["(.+) is none of what it may say: (.+)", "$1 不在可填的范围内：$2"],
  ["such a name is not taken .*", "这样的文件名不当作报告收录"],
  ["the name is too long .*", "文件名太长，或有文件系统不接受的符号"],
  ["(.+) is not in the corpus: .*", "语料文件夹里没有 $1：请刷新页面"],
  ["the index is being changed just now: .*", "索引正在更新：等更新完再试"],
  ["the index could not be changed; .*", "索引没能更新：原因在服务器的日志里"],
  ["the corpus cannot be written: (.*)", "语料文件夹写不进去：$1"],
  ["no report (.+) is indexed now: .*", "现在没有收录报告 $1：请刷新页面"],
  ["no answer within (.+) seconds: .*", "$1 秒内没有得到回答：请再问一次"],
  ["a question is a text: .*", "问题必须是文字"],
  ["the question is empty: .*", "问题是空的：请用一句话来问"],
  ["the question has (.+) characters: ask in (.+) at most", "问题有 $1 个字，最多 $2 个，请删短再问"],
  ["there is no index in (.+): run (.+) to build it", "$1 里还没有索引：请运行 $2"],
  ["another planqa is writing the index in (.+): .*", "另一个 planqa 正在写 $1 里的索引：等它写完再试"],
  ["the index in (.+) cannot be used: (.*); run (.+)", "$1 里的索引不能用（$2）：请运行 $3"],
  ["the index in (.+) is damaged (.+): run .*", "$1 里的索引已损坏$2：请运行 `planqa index` 或 `planqa doctor --repair`"],
  ["(.+) holds no report: .*", "$1 里没有报告：请放入报告文件"],
  ["not one of the (\\d+) files in (.+) can be read .*", "$2 里的 $1 个文件都读不了，索引没有变"],
].map(([line, words]) => [new RegExp(`^${line}$`, "s"), words]);

/** A line of the server in Chinese; as it is where there are no words for it. */
export function inChinese(line) {
  const known = LINES.find(([pattern]) => pattern.test(line));
  return known ? line.replace(...known) : line;
}
