<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
  <context>
    <name>Skelter</name>
    <message>
      <source>About Skelter</source>
      <translation>关于 Skelter</translation>
    </message>
    <message>
      <source>Versions and licences</source>
      <translation>版本与许可证</translation>
    </message>
    <message>
      <source>Copy all of it, to send with a report</source>
      <translation>复制全部内容，以便随报告一起发送</translation>
    </message>
    <message>
      <source>Skelter's own code is under the Apache License 2.0.</source>
      <translation>Skelter 自身的代码采用 Apache License 2.0 许可证。</translation>
    </message>
    <message>
      <source>Copy</source>
      <translation>复制</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>关闭</translation>
    </message>
    <message>
      <source>The window uses Qt {0} (LGPL-3.0) and PyQt {1}, which is under the GPL-3.0 or a commercial licence: who passes Skelter on together with PyQt6 does so under the GPL-3.0, or with a licence bought from Riverbank Computing. The command line does not use it.</source>
      <translation>本窗口使用 Qt {0}（LGPL-3.0）和 PyQt {1}。PyQt 采用 GPL-3.0 或商业许可证：将 Skelter 与 PyQt6 一同分发时，须遵守 GPL-3.0，或持有从 Riverbank Computing 购买的许可证。命令行工具不使用 PyQt。</translation>
    </message>
    <message>
      <source>Videos are read and written by FFmpeg {0}, which comes with PyAV and contains the encoder x264 (GPL-2.0 or later).</source>
      <translation>视频由 PyAV 附带的 FFmpeg {0} 读写，其中包含 x264 编码器（GPL-2.0 或更高版本）。</translation>
    </message>
    <message>
      <source>Networks, and their terms</source>
      <translation>网络及其使用条款</translation>
    </message>
    <message>
      <source>Libraries</source>
      <translation>程序库</translation>
    </message>
    <message>
      <source>Trained on: {0}</source>
      <translation>训练数据：{0}</translation>
    </message>
    <message>
      <source>Skelter was ended before corrections of {0} were saved. They were kept, as of {1}.</source>
      <translation>Skelter 在 {0} 的修改保存之前结束了。截至 {1} 的修改已被保留。</translation>
    </message>
    <message>
      <source>Skelter was ended while it recorded. What was recorded is there: {0}.</source>
      <translation>Skelter 在录制时被终止。已录制的内容仍在：{0}。</translation>
    </message>
    <message>
      <source>Open them</source>
      <translation>打开</translation>
    </message>
    <message>
      <source>Keep it</source>
      <translation>保留</translation>
    </message>
    <message>
      <source>Copy report</source>
      <translation>复制报告</translation>
    </message>
    <message>
      <source>Saved {0}.</source>
      <translation>已保存 {0}。</translation>
    </message>
    <message>
      <source>Skelter ended unexpectedly the last time. Nothing was sent.</source>
      <translation>Skelter 上次意外退出。没有发送任何信息。</translation>
    </message>
    <message>
      <source>Choose a person: click on one in the picture, or on a name at the right.</source>
      <translation>请选择一个人：点击画面中的人，或点击右侧的名字。</translation>
    </message>
    <message>
      <source>Loading the curve …</source>
      <translation>正在加载曲线…</translation>
    </message>
    <message>
      <source>What to measure</source>
      <translation>测量内容</translation>
    </message>
    <message>
      <source>Joint</source>
      <translation>关节</translation>
    </message>
    <message>
      <source>Of which joint or part of the body</source>
      <translation>测量哪个关节或身体部位</translation>
    </message>
    <message>
      <source>Both sides</source>
      <translation>左右两侧</translation>
    </message>
    <message>
      <source>Without a scale: pixels in the place of metres</source>
      <translation>不用比例：以像素代替米</translation>
    </message>
    <message>
      <source>Take the scale back</source>
      <translation>撤销比例</translation>
    </message>
    <message>
      <source>Copy times and values, to paste into a spreadsheet</source>
      <translation>复制时间和数值，以便粘贴到电子表格</translation>
    </message>
    <message>
      <source>Save table…</source>
      <translation>保存表格…</translation>
    </message>
    <message>
      <source>Write times and values into a file</source>
      <translation>将时间和数值写入文件</translation>
    </message>
    <message>
      <source>The curve as a picture</source>
      <translation>将曲线作为图片</translation>
    </message>
    <message>
      <source>Copy values</source>
      <translation>复制数值</translation>
    </message>
    <message>
      <source>Angle</source>
      <translation>角度</translation>
    </message>
    <message>
      <source>Speed</source>
      <translation>速度</translation>
    </message>
    <message>
      <source>Height in the picture</source>
      <translation>画面中的高度</translation>
    </message>
    <message>
      <source>Place across the picture</source>
      <translation>画面中的水平位置</translation>
    </message>
    <message>
      <source>Show the curve of the other side of the body too (Shift+A)</source>
      <translation>同时显示身体另一侧的曲线 (Shift+A)</translation>
    </message>
    <message>
      <source>What is chosen has no left and no right</source>
      <translation>所选项目没有左右之分</translation>
    </message>
    <message>
      <source>Set scale…</source>
      <translation>设置比例…</translation>
    </message>
    <message>
      <source>Tell a known length, or how tall somebody is, for metres in the place of pixels</source>
      <translation>输入一段已知长度或某人的身高，用米代替像素</translation>
    </message>
    <message>
      <source>The scale: click to tell it anew</source>
      <translation>比例：点击可重新设置</translation>
    </message>
    <message>
      <source>The joints of this angle are not seen on any frame analysed so far.</source>
      <translation>到目前为止分析过的帧中都看不到构成此角度的关节。</translation>
    </message>
    <message>
      <source>This joint is not seen on any frame analysed so far.</source>
      <translation>到目前为止分析过的帧中都看不到此关节。</translation>
    </message>
    <message>
      <source>{0} px = 1 m</source>
      <translation>{0} 像素 = 1 米</translation>
    </message>
    <message>
      <source>Copy details</source>
      <translation>复制详情</translation>
    </message>
    <message>
      <source>Copy a technical description, to send with a report</source>
      <translation>复制技术说明，以便随报告一起发送</translation>
    </message>
    <message>
      <source>Close this message</source>
      <translation>关闭此消息</translation>
    </message>
    <message>
      <source>Copied</source>
      <translation>已复制</translation>
    </message>
    <message>
      <source>{0} was lost: it sends nothing more. It is tried again in {1} s.</source>
      <translation>{0} 连接中断：不再发送画面。{1} 秒后重试。</translation>
    </message>
    <message>
      <source>{0} was lost. {2} It is tried again in {1} s.</source>
      <translation>{0} 连接中断。{2} {1} 秒后重试。</translation>
    </message>
    <message>
      <source>{0} was lost: no picture comes. It is tried again in {1} s.</source>
      <translation>{0} 连接中断：没有画面传来。{1} 秒后重试。</translation>
    </message>
    <message>
      <source>Open &amp;lately used</source>
      <translation>最近打开(&amp;L)</translation>
    </message>
    <message>
      <source>Tools</source>
      <translation>工具</translation>
    </message>
    <message>
      <source>Whole body</source>
      <translation>全身</translation>
    </message>
    <message>
      <source>Legs</source>
      <translation>腿部</translation>
    </message>
    <message>
      <source>Arms</source>
      <translation>手臂</translation>
    </message>
    <message>
      <source>Hips</source>
      <translation>髋部</translation>
    </message>
    <message>
      <source>Knees</source>
      <translation>膝部</translation>
    </message>
    <message>
      <source>Ankles and feet</source>
      <translation>脚踝和脚</translation>
    </message>
    <message>
      <source>Shoulders</source>
      <translation>肩部</translation>
    </message>
    <message>
      <source>Elbows</source>
      <translation>肘部</translation>
    </message>
    <message>
      <source>Wrists</source>
      <translation>腕部</translation>
    </message>
    <message>
      <source>Nose</source>
      <translation>鼻子</translation>
    </message>
    <message>
      <source>Left eye</source>
      <translation>左眼</translation>
    </message>
    <message>
      <source>Right eye</source>
      <translation>右眼</translation>
    </message>
    <message>
      <source>Left ear</source>
      <translation>左耳</translation>
    </message>
    <message>
      <source>Right ear</source>
      <translation>右耳</translation>
    </message>
    <message>
      <source>Left shoulder</source>
      <translation>左肩</translation>
    </message>
    <message>
      <source>Right shoulder</source>
      <translation>右肩</translation>
    </message>
    <message>
      <source>Left elbow</source>
      <translation>左肘</translation>
    </message>
    <message>
      <source>Right elbow</source>
      <translation>右肘</translation>
    </message>
    <message>
      <source>Left wrist</source>
      <translation>左腕</translation>
    </message>
    <message>
      <source>Right wrist</source>
      <translation>右腕</translation>
    </message>
    <message>
      <source>Left hip</source>
      <translation>左髋</translation>
    </message>
    <message>
      <source>Right hip</source>
      <translation>右髋</translation>
    </message>
    <message>
      <source>Left knee</source>
      <translation>左膝</translation>
    </message>
    <message>
      <source>Right knee</source>
      <translation>右膝</translation>
    </message>
    <message>
      <source>Left ankle</source>
      <translation>左踝</translation>
    </message>
    <message>
      <source>Right ankle</source>
      <translation>右踝</translation>
    </message>
    <message>
      <source>Head</source>
      <translation>头部</translation>
    </message>
    <message>
      <source>Top of the head</source>
      <translation>头顶</translation>
    </message>
    <message>
      <source>Bottom of the head</source>
      <translation>头部下端</translation>
    </message>
    <message>
      <source>Upper neck</source>
      <translation>颈部上端</translation>
    </message>
    <message>
      <source>Chest</source>
      <translation>胸部</translation>
    </message>
    <message>
      <source>Pelvis</source>
      <translation>骨盆</translation>
    </message>
    <message>
      <source>Middle of the hips</source>
      <translation>髋部中点</translation>
    </message>
    <message>
      <source>Left big toe</source>
      <translation>左大脚趾</translation>
    </message>
    <message>
      <source>Right big toe</source>
      <translation>右大脚趾</translation>
    </message>
    <message>
      <source>Left small toe</source>
      <translation>左小脚趾</translation>
    </message>
    <message>
      <source>Right small toe</source>
      <translation>右小脚趾</translation>
    </message>
    <message>
      <source>Left heel</source>
      <translation>左脚跟</translation>
    </message>
    <message>
      <source>Right heel</source>
      <translation>右脚跟</translation>
    </message>
    <message>
      <source>Left thigh</source>
      <translation>左大腿</translation>
    </message>
    <message>
      <source>Right thigh</source>
      <translation>右大腿</translation>
    </message>
    <message>
      <source>Left shank</source>
      <translation>左小腿</translation>
    </message>
    <message>
      <source>Right shank</source>
      <translation>右小腿</translation>
    </message>
    <message>
      <source>Trunk</source>
      <translation>躯干</translation>
    </message>
    <message>
      <source>Neck</source>
      <translation>颈部</translation>
    </message>
    <message>
      <source>Shoulders' tilt</source>
      <translation>肩部倾斜</translation>
    </message>
    <message>
      <source>Hips' tilt</source>
      <translation>髋部倾斜</translation>
    </message>
    <message>
      <source>Left</source>
      <translation>左</translation>
    </message>
    <message>
      <source>Right</source>
      <translation>右</translation>
    </message>
    <message>
      <source>Choose a camera</source>
      <translation>选择摄像头</translation>
    </message>
    <message>
      <source>Cameras</source>
      <translation>摄像头</translation>
    </message>
    <message>
      <source>As usual (1280 × 720)</source>
      <translation>默认（1280 × 720）</translation>
    </message>
    <message>
      <source>The camera's choice</source>
      <translation>由摄像头决定</translation>
    </message>
    <message>
      <source>Looking for cameras …</source>
      <translation>正在查找摄像头…</translation>
    </message>
    <message>
      <source>Open camera</source>
      <translation>打开摄像头</translation>
    </message>
    <message>
      <source>Cancel</source>
      <translation>取消</translation>
    </message>
    <message>
      <source>Size</source>
      <translation>大小</translation>
    </message>
    <message>
      <source>Larger pictures show people who are far away better, and take longer</source>
      <translation>画面越大，远处的人越清楚，但处理更慢</translation>
    </message>
    <message>
      <source>Pictures a second</source>
      <translation>每秒画面数</translation>
    </message>
    <message>
      <source>How many pictures the camera takes in a second</source>
      <translation>摄像头每秒拍摄的画面数</translation>
    </message>
    <message>
      <source>Opened by</source>
      <translation>打开方式</translation>
    </message>
    <message>
      <source>Where the usual way takes long to open a camera, another may be quicker</source>
      <translation>如果用通常方式打开摄像头很慢，换一种方式可能更快</translation>
    </message>
    <message>
      <source>A camera that is plugged in now appears here.</source>
      <translation>现在接入的摄像头会显示在这里。</translation>
    </message>
    <message>
      <source>No camera was found. Plug one in: it appears here.</source>
      <translation>没有找到摄像头。接入后会显示在这里。</translation>
    </message>
    <message>
      <source>{0} (usual)</source>
      <translation>{0}（默认）</translation>
    </message>
    <message>
      <source>Camera {0}</source>
      <translation>摄像头 {0}</translation>
    </message>
    <message>
      <source>The camera takes long to open. Wait, or open it in another way.</source>
      <translation>打开摄像头用时较长。请等待，或换一种方式打开。</translation>
    </message>
    <message>
      <source>Choose how…</source>
      <translation>选择方式…</translation>
    </message>
    <message>
      <source>the name of {0}</source>
      <translation>{0} 的名字</translation>
    </message>
    <message>
      <source>everybody but {0} is left out</source>
      <translation>排除 {0} 以外的所有人</translation>
    </message>
    <message>
      <source>{0} and {1} are one</source>
      <translation>{0} 与 {1} 合并为一人</translation>
    </message>
    <message>
      <source>{0} is somebody else from frame {1} on</source>
      <translation>从第 {1} 帧起 {0} 是另一人</translation>
    </message>
    <message>
      <source>{0} and {1} are exchanged from frame {2} on</source>
      <translation>从第 {2} 帧起 {0} 与 {1} 互换</translation>
    </message>
    <message>
      <source>{0} of {1} on frame {2}</source>
      <translation>第 {2} 帧 {1} 的{0}</translation>
    </message>
    <message>
      <source>joints of {0} are put back, as of frame {1}</source>
      <translation>从第 {1} 帧起放回 {0} 的关节</translation>
    </message>
    <message>
      <source>the moment on frame {0} is right as it is</source>
      <translation>第 {0} 帧处确认无误</translation>
    </message>
    <message>
      <source>left and right of {0} are exchanged, as of frame {1}</source>
      <translation>从第 {1} 帧起 {0} 左右互换</translation>
    </message>
    <message>
      <source>{0} is left out</source>
      <translation>排除 {0}</translation>
    </message>
    <message>
      <source>{0} is no longer left out</source>
      <translation>不再排除 {0}</translation>
    </message>
    <message>
      <source>Keyboard shortcuts</source>
      <translation>键盘快捷键</translation>
    </message>
    <message>
      <source>Mouse</source>
      <translation>鼠标</translation>
    </message>
    <message>
      <source>Choose a person</source>
      <translation>选择一个人</translation>
    </message>
    <message>
      <source>Click</source>
      <translation>单击</translation>
    </message>
    <message>
      <source>What can be done with a person</source>
      <translation>对人物的操作菜单</translation>
    </message>
    <message>
      <source>Right click</source>
      <translation>右键单击</translation>
    </message>
    <message>
      <source>Move a joint of the person chosen</source>
      <translation>移动所选人物的关节</translation>
    </message>
    <message>
      <source>Drag it</source>
      <translation>拖动关节</translation>
    </message>
    <message>
      <source>Set scale</source>
      <translation>设置比例</translation>
    </message>
    <message>
      <source>Its button, then drag</source>
      <translation>按其按钮，然后拖动</translation>
    </message>
    <message>
      <source>Enlarge, and move the picture</source>
      <translation>放大并移动画面</translation>
    </message>
    <message>
      <source>Wheel, drag</source>
      <translation>滚轮、拖动</translation>
    </message>
    <message>
      <source>Full screen</source>
      <translation>全屏</translation>
    </message>
    <message>
      <source>Double click</source>
      <translation>双击</translation>
    </message>
    <message>
      <source>Mark a range on the timeline</source>
      <translation>在时间轴上标记范围</translation>
    </message>
    <message>
      <source>Shift + drag</source>
      <translation>Shift + 拖动</translation>
    </message>
    <message>
      <source>See a picture of another moment</source>
      <translation>预览另一时刻的画面</translation>
    </message>
    <message>
      <source>Rest on the timeline</source>
      <translation>停在时间轴上</translation>
    </message>
    <message>
      <source>That was the last one; on from the first.</source>
      <translation>已到最后一处，从第一处继续。</translation>
    </message>
    <message>
      <source>That holds for the {0} of {1} frames that are analysed so far.</source>
      <translation>以上仅针对目前已分析的帧（{0}/{1}）。</translation>
    </message>
    <message>
      <source>{0} of {1} in the marked range: {2}</source>
      <translation>所标记的范围内第 {0}/{1} 处：{2}</translation>
    </message>
    <message>
      <source>{0} of {1}: {2}</source>
      <translation>第 {0}/{1} 处：{2}</translation>
    </message>
    <message>
      <source>That was the first one; on from the last.</source>
      <translation>已到第一处，从最后一处继续。</translation>
    </message>
    <message>
      <source>Everything in the marked range was looked at: {0} corrected, {1} left as found.</source>
      <translation>所标记的范围内已全部检查：更正 {0} 处，保持原样 {1} 处。</translation>
    </message>
    <message>
      <source>Everything was looked at: {0} corrected, {1} left as found.</source>
      <translation>已全部检查：更正 {0} 处，保持原样 {1} 处。</translation>
    </message>
    <message>
      <source>This moment is corrected.</source>
      <translation>此处已更正。</translation>
    </message>
    <message>
      <source>Looking for moments to check …</source>
      <translation>正在查找需要检查之处…</translation>
    </message>
    <message>
      <source>It is right</source>
      <translation>无误</translation>
    </message>
    <message>
      <source>There is nothing to check in the marked range.</source>
      <translation>所标记的范围内没有需要检查之处。</translation>
    </message>
    <message>
      <source>There is nothing to check.</source>
      <translation>没有需要检查之处。</translation>
    </message>
    <message>
      <source>Next</source>
      <translation>下一处</translation>
    </message>
    <message>
      <source>Video</source>
      <translation>视频</translation>
    </message>
    <message>
      <source>Fetching the demo clip (4 MB, once) …</source>
      <translation>正在下载演示片段（4 MB，仅一次）…</translation>
    </message>
    <message>
      <source>A range has two frames at least; nothing was changed.</source>
      <translation>范围至少要有两帧；未作任何更改。</translation>
    </message>
    <message>
      <source>{0} is the same as …</source>
      <translation>{0} 与以下人物是同一人…</translation>
    </message>
    <message>
      <source>From here on, {0} is exchanged with …</source>
      <translation>从此处起，{0} 与以下人物互换…</translation>
    </message>
    <message>
      <source>The language changes when Skelter is started again.</source>
      <translation>重新启动 Skelter 后语言生效。</translation>
    </message>
    <message>
      <source>Exchange left and right of {0} in the marked range:</source>
      <translation>在所标记的范围内，将 {0} 的以下部位左右互换：</translation>
    </message>
    <message>
      <source>Exchange left and right of {0} on this frame:</source>
      <translation>仅在此帧，将 {0} 的以下部位左右互换：</translation>
    </message>
    <message>
      <source>Picture</source>
      <translation>图片</translation>
    </message>
    <message>
      <source>Show in folder</source>
      <translation>在文件夹中显示</translation>
    </message>
    <message>
      <source>The picture is on the clipboard.</source>
      <translation>图片已复制到剪贴板。</translation>
    </message>
    <message>
      <source>Exchange left and right of {0} from here on:</source>
      <translation>从此处起，将 {0} 的以下部位左右互换：</translation>
    </message>
    <message>
      <source>Second video</source>
      <translation>第二个视频</translation>
    </message>
    <message>
      <source>Timeline of the second video</source>
      <translation>第二个视频的时间轴</translation>
    </message>
    <message>
      <source>Move the second video until both show the same moment: they stay in step from there</source>
      <translation>移动第二个视频，直到两者显示同一时刻：此后它们保持同步</translation>
    </message>
    <message>
      <source>Second video one frame back</source>
      <translation>第二个视频后退一帧</translation>
    </message>
    <message>
      <source>Second video one frame on</source>
      <translation>第二个视频前进一帧</translation>
    </message>
    <message>
      <source>Both from their beginnings</source>
      <translation>两者都从头对齐</translation>
    </message>
    <message>
      <source>Stop comparing</source>
      <translation>停止比较</translation>
    </message>
    <message>
      <source>same time in both</source>
      <translation>两者时间相同</translation>
    </message>
    <message>
      <source>Right: {0}</source>
      <translation>右侧：{0}</translation>
    </message>
    <message>
      <source>{0:.2f} s later than the first</source>
      <translation>比第一个晚 {0:.2f} 秒</translation>
    </message>
    <message>
      <source>{0:.2f} s earlier than the first</source>
      <translation>比第一个早 {0:.2f} 秒</translation>
    </message>
    <message>
      <source>The session is open without the video it was compared with: {0}</source>
      <translation>会话已打开，但缺少用于比较的视频：{0}</translation>
    </message>
    <message>
      <source>Something unexpected went wrong. You can go on working.</source>
      <translation>发生了意外问题。您可以继续工作。</translation>
    </message>
    <message>
      <source>Opening …</source>
      <translation>正在打开…</translation>
    </message>
    <message>
      <source>The curve's values are on the clipboard.</source>
      <translation>曲线数值已复制到剪贴板。</translation>
    </message>
    <message>
      <source>The curve's values in the marked range are on the clipboard.</source>
      <translation>所标记的范围内的曲线数值已复制到剪贴板。</translation>
    </message>
    <message>
      <source>The curve is on the clipboard as a picture.</source>
      <translation>曲线已作为图片放到剪贴板。</translation>
    </message>
    <message>
      <source>No value of the curve is in this part, so there is no picture of it.</source>
      <translation>这一段没有曲线的值，因此没有图片。</translation>
    </message>
    <message>
      <source>Table</source>
      <translation>表格</translation>
    </message>
    <message>
      <source>Joints that jump for a moment do not count in how far it goes</source>
      <translation>关节瞬间跳动不计入所写的范围</translation>
    </message>
    <message>
      <source>Lowest and highest value</source>
      <translation>最小值和最大值</translation>
    </message>
    <message>
      <source>Mean and highest speed</source>
      <translation>平均速度和最高速度</translation>
    </message>
    <message>
      <source>Not seen in the marked range</source>
      <translation>在所标记的范围内看不到</translation>
    </message>
    <message numerus="yes">
      <source>%n swings of {1:.0f}° or more, {0:.1f} s each</source>
      <translation>
        <numerusform>{1:.0f}° 以上的摆动 %n 次，每次 {0:.1f} 秒</numerusform>
      </translation>
    </message>
    <message>
      <source>Up and down again, in the marked range; joints that jump for a moment do not count</source>
      <translation>所标记的范围内一升一降为一次；关节瞬间跳动不计</translation>
    </message>
    <message>
      <source>Up and down again; joints that jump for a moment do not count</source>
      <translation>一升一降为一次；关节瞬间跳动不计</translation>
    </message>
    <message>
      <source>{0} to {1}</source>
      <translation>{0} 至 {1}</translation>
    </message>
    <message>
      <source>mean {0}, highest {1}</source>
      <translation>平均 {0}，最高 {1}</translation>
    </message>
    <message>
      <source>(without sign)</source>
      <translation>（不带正负号）</translation>
    </message>
    <message>
      <source>Joints that jump for a moment do not count; steady joints (Y) tell more exactly</source>
      <translation>瞬间跳动的关节不计入；开启“关节防抖”（Y）会更准确</translation>
    </message>
    <message>
      <source>It cannot be told which way this person looks, so forward and back are not told apart. Of somebody who turns round, mark a range in which he looks one way</source>
      <translation>无法判断此人面朝哪一侧，因此不区分向前和向后。如果此人中途转身，请标记一段只朝一侧的范围</translation>
    </message>
    <message>
      <source>No swings of {0:.0f}° or more</source>
      <translation>没有 {0:.0f}° 以上的摆动</translation>
    </message>
    <message>
      <source>Join</source>
      <translation>合并</translation>
    </message>
    <message>
      <source>Swap</source>
      <translation>互换</translation>
    </message>
    <message>
      <source>Leave out</source>
      <translation>排除</translation>
    </message>
    <message>
      <source>Exchange</source>
      <translation>左右互换</translation>
    </message>
    <message>
      <source>Put back</source>
      <translation>放回</translation>
    </message>
    <message>
      <source>the same person?</source>
      <translation>同一人？</translation>
    </message>
    <message>
      <source>exchanged?</source>
      <translation>认反了？</translation>
    </message>
    <message>
      <source>anybody?</source>
      <translation>是人吗？</translation>
    </message>
    <message>
      <source>left and right?</source>
      <translation>左右？</translation>
    </message>
    <message>
      <source>a joint that leaps?</source>
      <translation>关节跳动？</translation>
    </message>
    <message>
      <source>to check: {0}: {1}</source>
      <translation>待检查：{0}：{1}</translation>
    </message>
    <message>
      <source>{1} of {0} leaps away here. Put it back between before and after, or drag it.</source>
      <translation>{0} 的{1}在此处突然跳开。请放回前后位置之间，或手动拖动。</translation>
    </message>
    <message>
      <source>{1} of {0} leap away here. Put them back between before and after, or drag them.</source>
      <translation>{0} 的关节在此处突然跳开：{1}。请放回前后位置之间，或手动拖动。</translation>
    </message>
    <message>
      <source>Is {1} the same person as {0}, who is last seen here?</source>
      <translation>{1} 与在此处最后出现的 {0} 是同一人吗？</translation>
    </message>
    <message>
      <source>Is {1} the same person as {0}, who went out of sight {2} s before?</source>
      <translation>{1} 与 {2} 秒前消失的 {0} 是同一人吗？</translation>
    </message>
    <message>
      <source>May {0} and {1} have been exchanged here, where they meet?</source>
      <translation>{0} 与 {1} 在此处相遇，是否被互相认反了？</translation>
    </message>
    <message>
      <source>Is {0} anybody? Seen for {1} s only.</source>
      <translation>{0} 真的是人吗？只出现了 {1} 秒。</translation>
    </message>
    <message>
      <source>Left and right of {0} may be exchanged for {1} s: {2}.</source>
      <translation>{0} 的左右可能被认反了 {1} 秒：{2}。</translation>
    </message>
    <message>
      <source>People</source>
      <translation>人物</translation>
    </message>
    <message>
      <source>{0} is not on this frame.</source>
      <translation>{0} 不在此帧中。</translation>
    </message>
    <message>
      <source>{0} is not seen from this frame on.</source>
      <translation>从此帧起看不到 {0}。</translation>
    </message>
    <message>
      <source>Go there</source>
      <translation>转到</translation>
    </message>
    <message>
      <source>{0} is not seen before this frame: split where somebody else begins.</source>
      <translation>此帧之前看不到 {0}：请在另一人开始出现之处拆分。</translation>
    </message>
    <message>
      <source>{0} is not in the marked range.</source>
      <translation>{0} 不在所标记的范围内。</translation>
    </message>
    <message>
      <source>Undone: {0}.</source>
      <translation>已撤销：{0}。</translation>
    </message>
    <message>
      <source>Redone: {0}.</source>
      <translation>已重做：{0}。</translation>
    </message>
    <message>
      <source>nobody is left out any more</source>
      <translation>不再排除任何人</translation>
    </message>
    <message>
      <source>automatic</source>
      <translation>自动</translation>
    </message>
    <message>
      <source>Analyse this video again</source>
      <translation>重新分析此视频</translation>
    </message>
    <message>
      <source>Forget what was found, and find everyone anew with what is chosen above</source>
      <translation>清除已有结果，用上面所选的设置重新查找所有人</translation>
    </message>
    <message>
      <source>More models, and engines…</source>
      <translation>更多模型与引擎…</translation>
    </message>
    <message>
      <source>Fetch or import other networks, and make them faster here</source>
      <translation>下载或导入其他网络，并让它们在本机上运行得更快</translation>
    </message>
    <message>
      <source>Detector</source>
      <translation>检测器</translation>
    </message>
    <message>
      <source>The network that finds people on a picture</source>
      <translation>在画面中找人的网络</translation>
    </message>
    <message>
      <source>Joints</source>
      <translation>关节</translation>
    </message>
    <message>
      <source>The network that places the joints of each person</source>
      <translation>确定每个人关节位置的网络</translation>
    </message>
    <message>
      <source>Runs on</source>
      <translation>运行方式</translation>
    </message>
    <message>
      <source>The library, and so the processor, that the networks run on</source>
      <translation>运行网络的程序库，也决定了所用的处理器</translation>
    </message>
    <message>
      <source>Precision</source>
      <translation>精度</translation>
    </message>
    <message>
      <source>Less is faster, and places joints a little less exactly</source>
      <translation>精度越低越快，关节位置的准确度略有下降</translation>
    </message>
    <message>
      <source>Looks</source>
      <translation>查看次数</translation>
    </message>
    <message>
      <source>In the mirror too: joints are surer, and take twice as long</source>
      <translation>左右翻转后再看一次：关节更可靠，但耗时加倍</translation>
    </message>
    <message>
      <source>Distance</source>
      <translation>距离</translation>
    </message>
    <message>
      <source>Far away too: finds people who are small on the picture, and looks for everybody longer</source>
      <translation>远处的人也找：能找到画面上很小的人，但寻找所有人所需的时间更长</translation>
    </message>
    <message>
      <source>Tracker</source>
      <translation>跟踪器</translation>
    </message>
    <message>
      <source>How people are told apart from one picture to the next</source>
      <translation>如何在前后画面之间区分不同的人</translation>
    </message>
    <message>
      <source>once</source>
      <translation>一次</translation>
    </message>
    <message>
      <source>twice, mirrored too</source>
      <translation>两次，含左右翻转</translation>
    </message>
    <message>
      <source>usual</source>
      <translation>普通</translation>
    </message>
    <message>
      <source>far away too</source>
      <translation>远处的人也找</translation>
    </message>
    <message>
      <source>Progress of the export</source>
      <translation>导出进度</translation>
    </message>
    <message>
      <source>waiting</source>
      <translation>等待中</translation>
    </message>
    <message>
      <source>Stop the export; nothing is left behind</source>
      <translation>停止导出，不留下任何文件</translation>
    </message>
    <message>
      <source>cancelling …</source>
      <translation>正在取消…</translation>
    </message>
    <message>
      <source>starting …</source>
      <translation>正在开始…</translation>
    </message>
    <message>
      <source>Exporting {0}</source>
      <translation>正在导出 {0}</translation>
    </message>
    <message>
      <source>Cancel the export of {0}</source>
      <translation>取消导出 {0}</translation>
    </message>
    <message>
      <source>frame {0}</source>
      <translation>第 {0} 帧</translation>
    </message>
    <message>
      <source>{0} s left</source>
      <translation>剩余 {0} 秒</translation>
    </message>
    <message>
      <source>about {0} min left</source>
      <translation>剩余约 {0} 分钟</translation>
    </message>
    <message>
      <source>{0} was not written: the video it was to be of is not open any more.</source>
      <translation>未写入 {0}：对应的视频已不再打开。</translation>
    </message>
    <message>
      <source>The export was cancelled; nothing was written.</source>
      <translation>导出已取消，未写入任何文件。</translation>
    </message>
    <message>
      <source>{0} was not written: nobody is in it.</source>
      <translation>未写入 {0}：其中没有人。</translation>
    </message>
    <message>
      <source>Saved {0}: frames {1} to {2}, the range marked.</source>
      <translation>已保存 {0}：所标记的范围，第 {1} 至 {2} 帧。</translation>
    </message>
    <message>
      <source>Nobody is found. Looking at parts of the pictures, too, finds people far away, and takes longer.</source>
      <translation>没有找到任何人。把画面分成部分再查看，可以找到远处的人，但需要更长时间。</translation>
    </message>
    <message>
      <source>Most people are small here. Looking at parts of the pictures, too, finds more, and takes longer.</source>
      <translation>这里的人大多很小。把画面分成部分再查看，可以找到更多的人，但需要更长时间。</translation>
    </message>
    <message>
      <source>Look far away too</source>
      <translation>远处的人也找</translation>
    </message>
    <message>
      <source>Analyse again, far away too</source>
      <translation>重新分析，远处的人也找</translation>
    </message>
    <message>
      <source>Go to</source>
      <translation>转到</translation>
    </message>
    <message>
      <source>A frame as the counter shows it, or a time in minutes and seconds:</source>
      <translation>计数器所示的帧号，或以分和秒表示的时间：</translation>
    </message>
    <message>
      <source>Frames count from 1, as in the counter under the video.</source>
      <translation>帧号从 1 开始，与视频下方的计数器一致。</translation>
    </message>
    <message>
      <source>Write a frame such as 4711, or a time such as 1:23.4.</source>
      <translation>请输入帧号（如 4711）或时间（如 1:23.4）。</translation>
    </message>
    <message>
      <source>Models and engines</source>
      <translation>模型与引擎</translation>
    </message>
    <message>
      <source>Import a file…</source>
      <translation>导入文件…</translation>
    </message>
    <message>
      <source>Make a network of your own run by name: an ONNX file or a checkpoint</source>
      <translation>导入自己的网络（ONNX 文件或检查点），之后可按名称使用</translation>
    </message>
    <message>
      <source>Fetch</source>
      <translation>下载</translation>
    </message>
    <message>
      <source>Download it from its publisher, and make it run by name</source>
      <translation>从发布者处下载，之后可按名称使用</translation>
    </message>
    <message>
      <source>Build an engine</source>
      <translation>构建引擎</translation>
    </message>
    <message>
      <source>Make of it what runs fastest on this computer; used from then on if it proves as exact</source>
      <translation>生成在本机上运行最快的形式；确认同样准确后即开始使用</translation>
    </message>
    <message>
      <source>Use</source>
      <translation>使用</translation>
    </message>
    <message>
      <source>Find people or their joints with it from now on</source>
      <translation>从现在起用它查找人或关节</translation>
    </message>
    <message>
      <source>Stop it; what was downloaded is gone on with next time</source>
      <translation>停止；已下载的部分下次继续</translation>
    </message>
    <message>
      <source>Close this window; what is under way goes on</source>
      <translation>关闭此窗口；正在进行的任务会继续</translation>
    </message>
    <message>
      <source>Search by name, licence, state …</source>
      <translation>按名称、许可证、状态搜索…</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>搜索</translation>
    </message>
    <message>
      <source>About the model chosen</source>
      <translation>所选模型的说明</translation>
    </message>
    <message>
      <source>Progress</source>
      <translation>进度</translation>
    </message>
    <message>
      <source>I have read the licence {0}, and accept it for what I make with this model</source>
      <translation>我已阅读 {0} 许可证，并同意将其用于我用此模型制作的内容</translation>
    </message>
    <message>
      <source>Models</source>
      <translation>模型</translation>
    </message>
    <message>
      <source>Licence: {0}</source>
      <translation>许可证：{0}</translation>
    </message>
    <message>
      <source>Accuracy: {0}</source>
      <translation>准确度：{0}</translation>
    </message>
    <message>
      <source>Engines: {0}</source>
      <translation>引擎：{0}</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>名称</translation>
    </message>
    <message>
      <source>Finds</source>
      <translation>查找对象</translation>
    </message>
    <message>
      <source>State</source>
      <translation>状态</translation>
    </message>
    <message>
      <source>Accuracy</source>
      <translation>准确度</translation>
    </message>
    <message>
      <source>Licence</source>
      <translation>许可证</translation>
    </message>
    <message>
      <source>in use</source>
      <translation>使用中</translation>
    </message>
    <message>
      <source>here, engine built</source>
      <translation>已安装，引擎已构建</translation>
    </message>
    <message>
      <source>to be fetched by hand</source>
      <translation>需手动下载</translation>
    </message>
    <message>
      <source>comes with Skelter</source>
      <translation>随 Skelter 提供</translation>
    </message>
    <message>
      <source>here</source>
      <translation>已安装</translation>
    </message>
    <message>
      <source>can be fetched</source>
      <translation>可下载</translation>
    </message>
    <message>
      <source>people</source>
      <translation>人</translation>
    </message>
    <message>
      <source>joints</source>
      <translation>关节</translation>
    </message>
    <message>
      <source>{0:.1f} MB</source>
      <translation>{0:.1f} MB</translation>
    </message>
    <message>
      <source>That did not work; the main window has the details.</source>
      <translation>操作失败，详情见主窗口。</translation>
    </message>
    <message>
      <source>Cancelling {0} …</source>
      <translation>正在取消 {0}…</translation>
    </message>
    <message>
      <source>Fetching {0} …</source>
      <translation>正在下载 {0}…</translation>
    </message>
    <message>
      <source>Importing {0} …</source>
      <translation>正在导入 {0}…</translation>
    </message>
    <message>
      <source>Building an engine of {0} …</source>
      <translation>正在构建 {0} 的引擎…</translation>
    </message>
    <message>
      <source>{0} is here now; press Use to find people with it.</source>
      <translation>{0} 已下载；点击“使用”即可用它找人。</translation>
    </message>
    <message>
      <source>{0} was imported; press Use to find people with it.</source>
      <translation>{0} 已导入；点击“使用”即可用它找人。</translation>
    </message>
    <message>
      <source>The engine of {0} is built, and is used from now on.</source>
      <translation>{0} 的引擎已构建，从现在起使用。</translation>
    </message>
    <message>
      <source>{0}: cancelled.</source>
      <translation>{0}：已取消。</translation>
    </message>
    <message>
      <source>How thick lines and points are drawn</source>
      <translation>线条和点的粗细</translation>
    </message>
    <message>
      <source>None</source>
      <translation>无</translation>
    </message>
    <message>
      <source>Heat of a joint</source>
      <translation>关节热力图</translation>
    </message>
    <message>
      <source>Joint certainty from</source>
      <translation>关节置信度下限</translation>
    </message>
    <message>
      <source>Line width</source>
      <translation>线宽</translation>
    </message>
    <message>
      <source>Where the network sees a joint, and how surely: before it decides for one place ({0} goes on to the next). Shown only, not exported; it takes a second look at everyone</source>
      <translation>网络在确定一处之前，认为关节在哪里、有多确定（按 {0} 切换到下一个）。只显示，不导出；每个人都要再分析一次</translation>
    </message>
    <message>
      <source>Joints that the program is less sure of are neither drawn nor counted in curves and tables ({0} and {1} change it)</source>
      <translation>低于此置信度的关节不绘制，也不计入曲线和表格（用 {0} 和 {1} 调整）</translation>
    </message>
    <message>
      <source>Recording</source>
      <translation>录制</translation>
    </message>
    <message>
      <source>Overlay</source>
      <translation>叠加显示</translation>
    </message>
    <message>
      <source>Engines</source>
      <translation>引擎</translation>
    </message>
    <message>
      <source>Nobody yet. Everyone who is followed appears here, with a colour.</source>
      <translation>尚无人物。被跟踪的每个人都会以不同颜色显示在这里。</translation>
    </message>
    <message numerus="yes">
      <source>Check %n moments</source>
      <translation>
        <numerusform>检查 %n 处</numerusform>
      </translation>
    </message>
    <message>
      <source>Follow</source>
      <translation>跟随</translation>
    </message>
    <message>
      <source>Split</source>
      <translation>拆分</translation>
    </message>
    <message>
      <source>People seen</source>
      <translation>出现过的人</translation>
    </message>
    <message>
      <source>Click somebody, here or in the picture: the buttons are about who is chosen</source>
      <translation>在此处或画面中点击某人：按钮作用于所选的人</translation>
    </message>
    <message>
      <source>Check…</source>
      <translation>检查…</translation>
    </message>
    <message>
      <source>Nothing to check</source>
      <translation>没有需要检查之处</translation>
    </message>
    <message>
      <source>Person {0}</source>
      <translation>人物 {0}</translation>
    </message>
    <message>
      <source>Name of person {0}</source>
      <translation>人物 {0} 的名字</translation>
    </message>
    <message>
      <source>How long this person was seen so far</source>
      <translation>此人到目前为止出现的时长</translation>
    </message>
    <message>
      <source>How sure the joints on the frame shown are, on average</source>
      <translation>当前帧上关节的平均置信度</translation>
    </message>
    <message>
      <source>Left out of picture and exports; click to show</source>
      <translation>已从画面和导出中排除；点击可重新显示</translation>
    </message>
    <message>
      <source>Click to leave out</source>
      <translation>点击可排除</translation>
    </message>
    <message>
      <source>Person</source>
      <translation>人物</translation>
    </message>
    <message>
      <source>Seen for</source>
      <translation>出现时长</translation>
    </message>
    <message>
      <source>Sure</source>
      <translation>置信度</translation>
    </message>
    <message>
      <source>Number {0}; double-click to give a name</source>
      <translation>编号 {0}；双击可命名</translation>
    </message>
    <message>
      <source>{0} frames</source>
      <translation>{0} 帧</translation>
    </message>
    <message>
      <source>{0}, number {1}; double-click to change the name</source>
      <translation>{0}，编号 {1}；双击可更改姓名</translation>
    </message>
    <message>
      <source>Curve</source>
      <translation>曲线</translation>
    </message>
    <message>
      <source>People will get new numbers, so your corrections are taken back. Analyse again?</source>
      <translation>人物将获得新的编号，因此您的修改会被撤销。要重新分析吗？</translation>
    </message>
    <message>
      <source>The session is still being saved. Go on without waiting? It will not be saved then.</source>
      <translation>会话仍在保存。要不等待就继续吗？那样它将不会被保存。</translation>
    </message>
    <message>
      <source>Open a video</source>
      <translation>打开视频</translation>
    </message>
    <message>
      <source>Open a folder of pictures</source>
      <translation>打开图片文件夹</translation>
    </message>
    <message>
      <source>Folder for recordings</source>
      <translation>录制文件的文件夹</translation>
    </message>
    <message>
      <source>Import a network</source>
      <translation>导入网络</translation>
    </message>
    <message>
      <source>There is a model called {0} already. Another name, or the same to replace it:</source>
      <translation>已有名为 {0} 的模型。请输入另一个名称；若要替换它，请保留此名称：</translation>
    </message>
    <message>
      <source>A model called {0} comes with Skelter. Another name:</source>
      <translation>名为 {0} 的模型随 Skelter 提供。请输入另一个名称：</translation>
    </message>
    <message>
      <source>Open a stream</source>
      <translation>打开网络流</translation>
    </message>
    <message>
      <source>Address of the stream (rtsp://… or http://…):</source>
      <translation>网络流地址（rtsp://… 或 http://…）：</translation>
    </message>
    <message>
      <source>There is a file called {0} already. Replace it?</source>
      <translation>已有名为 {0} 的文件。要替换它吗？</translation>
    </message>
    <message>
      <source>{0} are there already. Those of people who are in this export are replaced. Go on?</source>
      <translation>已有文件：{0}。此次导出中的人的文件将被替换。要继续吗？</translation>
    </message>
    <message>
      <source>Save as</source>
      <translation>另存为</translation>
    </message>
    <message>
      <source>How long is that in reality, in metres?</source>
      <translation>它的实际长度是多少米？</translation>
    </message>
    <message>
      <source>Write metres as a number from 0.001 to 999.999, such as 1.75:</source>
      <translation>请用 0.001 到 999.999 之间的数字写出米数，例如 1.75：</translation>
    </message>
    <message>
      <source>Analyse again</source>
      <translation>重新分析</translation>
    </message>
    <message>
      <source>Export under way</source>
      <translation>正在导出</translation>
    </message>
    <message>
      <source>An export is still under way. Stop it and close?</source>
      <translation>导出仍在进行。要停止并关闭吗？</translation>
    </message>
    <message>
      <source>Session being saved</source>
      <translation>正在保存会话</translation>
    </message>
    <message>
      <source>Keep your work?</source>
      <translation>要保留您的工作吗？</translation>
    </message>
    <message>
      <source>Videos, sessions and results ({0});;All files (*)</source>
      <translation>视频、会话和结果 ({0});;所有文件 (*)</translation>
    </message>
    <message>
      <source>Networks ({0});;All files (*)</source>
      <translation>网络 ({0});;所有文件 (*)</translation>
    </message>
    <message>
      <source>{0} shows {1} pictures a second. How many a second were recorded? Then all times and speeds are those of what happened. It plays as before.</source>
      <translation>{0} 每秒显示 {1} 张。拍摄时每秒多少张？此后所有时间和速度都按实际动作计算，播放不变。</translation>
    </message>
    <message>
      <source>Recorded at</source>
      <translation>拍摄帧率</translation>
    </message>
    <message>
      <source>Write pictures a second as a number from 0.01 to 100000, such as 240:</source>
      <translation>请用 0.01 到 100000 之间的数字写出每秒张数，例如 240：</translation>
    </message>
    <message>
      <source>Not all that you corrected or marked in {0} is saved. Save it as a session?</source>
      <translation>您在 {0} 中所做的更正或标记尚未全部保存。要保存为会话吗？</translation>
    </message>
    <message>
      <source>How tall is {0}, in metres?</source>
      <translation>{0} 身高多少米？</translation>
    </message>
    <message>
      <source>Write how tall {0} is in metres, at most 3, such as 1.75:</source>
      <translation>请用不超过 3 的数字写出 {0} 的身高（米），例如 1.75：</translation>
    </message>
    <message>
      <source>Write every picture of the camera, with nothing drawn on it</source>
      <translation>保存摄像头的每一幅画面，不绘制任何内容</translation>
    </message>
    <message>
      <source>Write the analysed pictures as they are shown here</source>
      <translation>按此处显示的样子保存分析后的画面</translation>
    </message>
    <message>
      <source>Write every joint of every analysed picture, as Skelter JSON lines</source>
      <translation>以 Skelter JSON lines 格式保存每幅分析画面的所有关节</translation>
    </message>
    <message>
      <source>The folder that recordings go to; click to choose another</source>
      <translation>录制文件所在的文件夹；点击可更改</translation>
    </message>
    <message>
      <source>{0} pictures are missing: this computer was too busy to write them.</source>
      <translation>缺少 {0} 幅画面：计算机太忙，来不及写入。</translation>
    </message>
    <message>
      <source>Picture as it is</source>
      <translation>原始画面</translation>
    </message>
    <message>
      <source>Picture with people</source>
      <translation>带人物标注的画面</translation>
    </message>
    <message>
      <source>Data</source>
      <translation>数据</translation>
    </message>
    <message>
      <source>Nothing is chosen to be recorded; switch something on.</source>
      <translation>未选择录制内容，请至少打开一项。</translation>
    </message>
    <message>
      <source>The recording could not be saved.</source>
      <translation>录制内容未能保存。</translation>
    </message>
    <message>
      <source>into {0}</source>
      <translation>保存到 {0}</translation>
    </message>
    <message>
      <source>For {0:.0f} s of it no picture came.</source>
      <translation>其中有 {0:.0f} 秒没有画面传来。</translation>
    </message>
    <message>
      <source>Nor could be written: {0}.</source>
      <translation>以下文件也无法写入：{0}。</translation>
    </message>
    <message>
      <source>What was written before is {0}.</source>
      <translation>此前写入的内容在 {0} 中。</translation>
    </message>
    <message>
      <source>Nothing was recorded: no picture came.</source>
      <translation>没有录到任何内容：没有画面传来。</translation>
    </message>
    <message>
      <source>By a person's height…</source>
      <translation>按人物身高…</translation>
    </message>
    <message numerus="yes">
      <source>Scale: {0:.0f} pixels are one metre, measured on %n frames known so far in the marked range.</source>
      <translation>
        <numerusform>比例：{0:.0f} 像素为一米，在标记区间内目前已分析的 %n 帧上测得。</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Scale: {0:.0f} pixels are one metre, measured on %n frames known so far.</source>
      <translation>
        <numerusform>比例：{0:.0f} 像素为一米，在目前已分析的 %n 帧上测得。</numerusform>
      </translation>
    </message>
    <message>
      <source>Draw a line in the picture over something whose length you know, near the person.</source>
      <translation>请在画面中人物附近，沿着已知长度的物体画一条线。</translation>
    </message>
    <message>
      <source>That line is too short; draw it from one end of the known length to the other.</source>
      <translation>这条线太短，请从已知长度的一端画到另一端。</translation>
    </message>
    <message>
      <source>How tall {0} is cannot be measured: legs and trunk are not seen in the marked range so far.</source>
      <translation>无法测量 {0} 的身高：到目前为止，在标记的区间内看不到腿和躯干。</translation>
    </message>
    <message>
      <source>How tall {0} is cannot be measured: legs and trunk are not seen on any frame so far.</source>
      <translation>无法测量 {0} 的身高：到目前为止没有任何一帧能看到腿和躯干。</translation>
    </message>
    <message>
      <source>Draw a known length</source>
      <translation>画一段已知长度</translation>
    </message>
    <message>
      <source>Scale: {0:.0f} pixels are one metre.</source>
      <translation>比例：{0:.0f} 像素为一米。</translation>
    </message>
    <message>
      <source>Choose a part of the screen</source>
      <translation>选择屏幕区域</translation>
    </message>
    <message>
      <source>Drag over what is to be followed  ·  Enter: the whole screen  ·  Esc: nothing</source>
      <translation>拖动选出要跟踪的部分  ·  Enter：整个屏幕  ·  Esc：取消</translation>
    </message>
    <message>
      <source>No screen was found; plug one in, and try again.</source>
      <translation>未找到屏幕；请连接一个屏幕后重试。</translation>
    </message>
    <message>
      <source>This window covers part of what is watched: move it aside, or make it smaller.</source>
      <translation>此窗口挡住了所看画面的一部分：请移开或缩小窗口。</translation>
    </message>
    <message>
      <source>Only a video file can be compared with; record the camera first.</source>
      <translation>只能与视频文件比较，请先录制摄像头画面。</translation>
    </message>
    <message>
      <source>Skelter session</source>
      <translation>Skelter 会话</translation>
    </message>
    <message>
      <source>Saving …</source>
      <translation>正在保存 …</translation>
    </message>
    <message>
      <source>Left and right are being compared …</source>
      <translation>正在比较左右 …</translation>
    </message>
    <message numerus="yes">
      <source>Left and right of {0} are put back on %n frames.</source>
      <translation>
        <numerusform>已在 %n 帧上纠正 {0} 的左右。</numerusform>
      </translation>
    </message>
    <message>
      <source>Left and right of {0} were nowhere taken for each other for a moment in the marked range.</source>
      <translation>在所标记的范围内，{0} 的左右没有被短暂认反之处。</translation>
    </message>
    <message>
      <source>Left and right of {0} were nowhere taken for each other for a moment so far.</source>
      <translation>到目前为止，{0} 的左右没有被短暂认反之处。</translation>
    </message>
    <message>
      <source>{0} says that it was recorded at {1} pictures/s; it shows them {2} times slower.</source>
      <translation>{0} 注明以每秒 {1} 张拍摄；视频以慢 {2} 倍的速度显示。</translation>
    </message>
    <message>
      <source>recorded at {0} pictures/s, shown {1}× slower</source>
      <translation>以每秒 {0} 张拍摄，慢 {1} 倍显示</translation>
    </message>
    <message>
      <source>recorded at {0} pictures/s, shown {1}× faster</source>
      <translation>以每秒 {0} 张拍摄，快 {1} 倍显示</translation>
    </message>
    <message>
      <source>Times and speeds of {0} are as the video shows them.</source>
      <translation>{0} 的时间和速度按视频所显示的计算。</translation>
    </message>
    <message>
      <source>Times and speeds of {0} are those of what happened; the video shows it {1} times slower.</source>
      <translation>{0} 的时间和速度按实际动作计算；视频以慢 {1} 倍的速度显示。</translation>
    </message>
    <message>
      <source>Times and speeds of {0} are those of what happened; the video shows it {1} times faster.</source>
      <translation>{0} 的时间和速度按实际动作计算；视频以快 {1} 倍的速度显示。</translation>
    </message>
    <message>
      <source>Undo</source>
      <translation>撤销</translation>
    </message>
    <message>
      <source>Count true times</source>
      <translation>按实际时间计算</translation>
    </message>
    <message>
      <source>What is open</source>
      <translation>当前打开的内容</translation>
    </message>
    <message>
      <source>What takes a moment just now</source>
      <translation>正在进行的操作</translation>
    </message>
    <message>
      <source>Finding people takes longer than a frame lasts here. What has been analysed once plays at full speed.</source>
      <translation>在本机上找人所需时间超过一帧的时长。分析过的部分会以正常速度播放。</translation>
    </message>
    <message>
      <source>People on the frame shown who are followed</source>
      <translation>当前帧上被跟踪的人</translation>
    </message>
    <message>
      <source>Pictures shown per second</source>
      <translation>每秒显示的画面数</translation>
    </message>
    <message>
      <source>Time to find the people and their joints on one frame</source>
      <translation>在一帧上找到人和关节所需的时间</translation>
    </message>
    <message>
      <source>How old the picture is when you see it</source>
      <translation>画面显示时的延迟</translation>
    </message>
    <message>
      <source>Frames of the camera that were skipped to stay up to date</source>
      <translation>为保持实时而跳过的摄像头帧</translation>
    </message>
    <message>
      <source>What finds the people and their joints here:</source>
      <translation>此处用于查找人和关节的是：</translation>
    </message>
    <message>
      <source>looking for people …</source>
      <translation>正在找人…</translation>
    </message>
    <message numerus="yes">
      <source>%n people</source>
      <translation>
        <numerusform>%n 人</numerusform>
      </translation>
    </message>
    <message>
      <source>nobody</source>
      <translation>无人</translation>
    </message>
    <message>
      <source>Finding people: not on this frame; where they were going was enough</source>
      <translation>找人：此帧未执行，预测的位置已足够</translation>
    </message>
    <message>
      <source>{0:.0f} pictures/s</source>
      <translation>{0:.0f} 幅/秒</translation>
    </message>
    <message>
      <source>{0:.0f} ms per frame</source>
      <translation>每帧 {0:.0f} 毫秒</translation>
    </message>
    <message>
      <source>{0:.0f} ms behind</source>
      <translation>延迟 {0:.0f} 毫秒</translation>
    </message>
    <message>
      <source>{0} skipped</source>
      <translation>跳过 {0} 帧</translation>
    </message>
    <message>
      <source>analysing: {0:.2g}× speed</source>
      <translation>分析中：{0:.2g} 倍速</translation>
    </message>
    <message>
      <source>Decoding: {0:.1f} ms</source>
      <translation>解码：{0:.1f} 毫秒</translation>
    </message>
    <message>
      <source>Placing joints: {0:.1f} ms</source>
      <translation>定位关节：{0:.1f} 毫秒</translation>
    </message>
    <message>
      <source>Telling people apart: {0:.1f} ms</source>
      <translation>区分人物：{0:.1f} 毫秒</translation>
    </message>
    <message>
      <source>Finding people: {0:.1f} ms</source>
      <translation>找人：{0:.1f} 毫秒</translation>
    </message>
    <message>
      <source>Timeline</source>
      <translation>时间轴</translation>
    </message>
    <message>
      <source>Frame {0}</source>
      <translation>第 {0} 帧</translation>
    </message>
    <message>
      <source>+{0} without a line here; whoever is chosen has one</source>
      <translation>另有 {0} 人此处没有线条；选中的人总有线条</translation>
    </message>
    <message>
      <source>Frame shown; the arrow keys go frame by frame</source>
      <translation>当前帧；用方向键逐帧移动</translation>
    </message>
    <message>
      <source>people: {0}</source>
      <translation>人物：{0}</translation>
    </message>
    <message>
      <source>Click to go to a frame or a time</source>
      <translation>点击可转到某一帧或某一时间</translation>
    </message>
    <message>
      <source>Time in the video, of its whole length</source>
      <translation>当前时间 / 总时长</translation>
    </message>
    <message>
      <source>How long the recording is</source>
      <translation>录制时长</translation>
    </message>
    <message>
      <source>Frame shown, of all frames</source>
      <translation>当前帧 / 总帧数</translation>
    </message>
    <message>
      <source>How fast to play; slow motion helps to see a movement</source>
      <translation>播放速度；慢动作有助于看清动作</translation>
    </message>
    <message>
      <source>Pause</source>
      <translation>暂停</translation>
    </message>
    <message>
      <source>Play</source>
      <translation>播放</translation>
    </message>
    <message>
      <source>Frame {0} of {1}</source>
      <translation>第 {0} 帧，共 {1} 帧</translation>
    </message>
    <message>
      <source>{0} missing</source>
      <translation>缺少 {0} 幅</translation>
    </message>
    <message>
      <source>File</source>
      <translation>文件</translation>
    </message>
    <message>
      <source>Playback</source>
      <translation>播放</translation>
    </message>
    <message>
      <source>View</source>
      <translation>视图</translation>
    </message>
    <message>
      <source>Help</source>
      <translation>帮助</translation>
    </message>
    <message>
      <source>&amp;Open video…</source>
      <translation>打开视频(&amp;O)…</translation>
    </message>
    <message>
      <source>Open a video file, or a session or result saved before</source>
      <translation>打开视频文件，或以前保存的会话或结果</translation>
    </message>
    <message>
      <source>Open &amp;camera</source>
      <translation>打开摄像头(&amp;C)</translation>
    </message>
    <message>
      <source>Watch a camera live</source>
      <translation>实时观看摄像头</translation>
    </message>
    <message>
      <source>C&amp;hoose camera…</source>
      <translation>选择摄像头(&amp;H)…</translation>
    </message>
    <message>
      <source>Choose which camera, in which size and at which rate, and by what it is opened</source>
      <translation>选择哪个摄像头、画面大小和帧率，以及打开方式</translation>
    </message>
    <message>
      <source>Ope&amp;n stream…</source>
      <translation>打开网络流(&amp;N)…</translation>
    </message>
    <message>
      <source>Watch a network camera by its address</source>
      <translation>通过地址观看网络摄像机</translation>
    </message>
    <message>
      <source>Watch part of the sc&amp;reen…</source>
      <translation>观看屏幕区域(&amp;R)…</translation>
    </message>
    <message>
      <source>Follow people in a video call, a player or anything else that is shown</source>
      <translation>跟踪视频通话、播放器或屏幕上任何画面中的人</translation>
    </message>
    <message>
      <source>Open &amp;picture folder…</source>
      <translation>打开图片文件夹(&amp;P)…</translation>
    </message>
    <message>
      <source>Play a folder of pictures like a video</source>
      <translation>像视频一样播放图片文件夹</translation>
    </message>
    <message>
      <source>Try the &amp;demo</source>
      <translation>试用演示(&amp;D)</translation>
    </message>
    <message>
      <source>Fetch a clip of a runner once, and open it</source>
      <translation>下载一段跑步者的片段（仅一次）并打开</translation>
    </message>
    <message>
      <source>Compare &amp;with…</source>
      <translation>比较(&amp;W)…</translation>
    </message>
    <message>
      <source>Show a second video beside this one, in step with it</source>
      <translation>在旁边显示第二个视频，并与之同步</translation>
    </message>
    <message>
      <source>Stop comparin&amp;g</source>
      <translation>停止比较(&amp;G)</translation>
    </message>
    <message>
      <source>Close the second video</source>
      <translation>关闭第二个视频</translation>
    </message>
    <message>
      <source>Save &amp;session</source>
      <translation>保存会话(&amp;S)</translation>
    </message>
    <message>
      <source>Keep results, corrections and names in one file</source>
      <translation>将结果、修改和名字保存在一个文件中</translation>
    </message>
    <message>
      <source>Save session &amp;as…</source>
      <translation>会话另存为(&amp;A)…</translation>
    </message>
    <message>
      <source>Keep them under another name</source>
      <translation>以另一个名称保存</translation>
    </message>
    <message>
      <source>&amp;Export video…</source>
      <translation>导出视频(&amp;E)…</translation>
    </message>
    <message>
      <source>Write the video, or the range marked, with everyone drawn on it</source>
      <translation>写出标注了所有人的视频或所标记的范围</translation>
    </message>
    <message>
      <source>Expor&amp;t data…</source>
      <translation>导出数据(&amp;T)…</translation>
    </message>
    <message>
      <source>Write every joint of every frame, or of the range marked, as a table or JSON</source>
      <translation>将每帧（或所标记范围）的所有关节写为表格或 JSON</translation>
    </message>
    <message>
      <source>&amp;Models and engines…</source>
      <translation>模型与引擎(&amp;M)…</translation>
    </message>
    <message>
      <source>Fetch, import and choose the networks that find people, and make them faster here</source>
      <translation>下载、导入、选择用于找人的网络，并让它们运行得更快</translation>
    </message>
    <message>
      <source>Save p&amp;icture…</source>
      <translation>保存图片(&amp;I)…</translation>
    </message>
    <message>
      <source>Write the picture that is shown, in full size, as a file</source>
      <translation>将当前画面以原始大小保存为文件</translation>
    </message>
    <message>
      <source>Cop&amp;y picture</source>
      <translation>复制图片(&amp;Y)</translation>
    </message>
    <message>
      <source>Put the picture that is shown on the clipboard</source>
      <translation>将当前画面复制到剪贴板</translation>
    </message>
    <message>
      <source>Close &amp;video</source>
      <translation>关闭视频(&amp;V)</translation>
    </message>
    <message>
      <source>Back to the start page</source>
      <translation>返回起始页</translation>
    </message>
    <message>
      <source>&amp;Quit</source>
      <translation>退出(&amp;Q)</translation>
    </message>
    <message>
      <source>Close the program</source>
      <translation>关闭程序</translation>
    </message>
    <message>
      <source>&amp;Play or pause</source>
      <translation>播放或暂停(&amp;P)</translation>
    </message>
    <message>
      <source>Play or pause</source>
      <translation>播放或暂停</translation>
    </message>
    <message>
      <source>One frame &amp;back</source>
      <translation>后退一帧(&amp;B)</translation>
    </message>
    <message>
      <source>One frame back</source>
      <translation>后退一帧</translation>
    </message>
    <message>
      <source>One frame o&amp;n</source>
      <translation>前进一帧(&amp;N)</translation>
    </message>
    <message>
      <source>One frame on</source>
      <translation>前进一帧</translation>
    </message>
    <message>
      <source>One second bac&amp;k</source>
      <translation>后退一秒(&amp;K)</translation>
    </message>
    <message>
      <source>One second back</source>
      <translation>后退一秒</translation>
    </message>
    <message>
      <source>One second &amp;on</source>
      <translation>前进一秒(&amp;O)</translation>
    </message>
    <message>
      <source>One second on</source>
      <translation>前进一秒</translation>
    </message>
    <message>
      <source>To the &amp;start</source>
      <translation>到开头(&amp;S)</translation>
    </message>
    <message>
      <source>To the first frame</source>
      <translation>到第一帧</translation>
    </message>
    <message>
      <source>To the &amp;end</source>
      <translation>到结尾(&amp;E)</translation>
    </message>
    <message>
      <source>To the last frame</source>
      <translation>到最后一帧</translation>
    </message>
    <message>
      <source>Go to fr&amp;ame or time…</source>
      <translation>转到帧或时间(&amp;A)…</translation>
    </message>
    <message>
      <source>Go to a frame by its number, or to a time</source>
      <translation>按帧号或时间转到某处</translation>
    </message>
    <message>
      <source>Range f&amp;rom here</source>
      <translation>范围从此处开始(&amp;R)</translation>
    </message>
    <message>
      <source>The range to play over and over begins here</source>
      <translation>循环播放的范围从此处开始</translation>
    </message>
    <message>
      <source>Range &amp;up to here</source>
      <translation>范围到此处结束(&amp;U)</translation>
    </message>
    <message>
      <source>The range to play over and over ends here</source>
      <translation>循环播放的范围到此处结束</translation>
    </message>
    <message>
      <source>No ran&amp;ge</source>
      <translation>取消范围(&amp;G)</translation>
    </message>
    <message>
      <source>Play the whole video again</source>
      <translation>恢复播放整个视频</translation>
    </message>
    <message>
      <source>S&amp;lower</source>
      <translation>减速(&amp;L)</translation>
    </message>
    <message>
      <source>Play slower</source>
      <translation>放慢播放</translation>
    </message>
    <message>
      <source>&amp;Faster</source>
      <translation>加速(&amp;F)</translation>
    </message>
    <message>
      <source>Play faster</source>
      <translation>加快播放</translation>
    </message>
    <message>
      <source>S&amp;top</source>
      <translation>停止(&amp;T)</translation>
    </message>
    <message>
      <source>Stop watching</source>
      <translation>停止观看</translation>
    </message>
    <message>
      <source>Re&amp;cord</source>
      <translation>录制(&amp;C)</translation>
    </message>
    <message>
      <source>Record the camera; the panel at the right says what and where</source>
      <translation>录制摄像头；右侧面板指定录制内容和位置</translation>
    </message>
    <message>
      <source>&amp;Mirror</source>
      <translation>镜像(&amp;M)</translation>
    </message>
    <message>
      <source>Show the camera as a mirror does</source>
      <translation>像镜子一样显示摄像头画面</translation>
    </message>
    <message>
      <source>&amp;Undo</source>
      <translation>撤销(&amp;U)</translation>
    </message>
    <message>
      <source>Take the last correction back</source>
      <translation>撤销上一次修改</translation>
    </message>
    <message>
      <source>&amp;Redo</source>
      <translation>重做(&amp;R)</translation>
    </message>
    <message>
      <source>Make the correction again</source>
      <translation>重新应用修改</translation>
    </message>
    <message>
      <source>&amp;Next person</source>
      <translation>下一个人(&amp;N)</translation>
    </message>
    <message>
      <source>Choose the next person of the list</source>
      <translation>选择列表中的下一个人</translation>
    </message>
    <message>
      <source>&amp;Previous person</source>
      <translation>上一个人(&amp;P)</translation>
    </message>
    <message>
      <source>Choose the person before in the list</source>
      <translation>选择列表中的上一个人</translation>
    </message>
    <message>
      <source>Choose n&amp;obody</source>
      <translation>取消选择(&amp;O)</translation>
    </message>
    <message>
      <source>Let go of the person chosen</source>
      <translation>取消选择当前人物</translation>
    </message>
    <message>
      <source>&amp;Go there</source>
      <translation>转到该处(&amp;G)</translation>
    </message>
    <message>
      <source>Go to the nearest frame on which the person chosen is seen</source>
      <translation>转到所选人物出现的最近一帧</translation>
    </message>
    <message>
      <source>&amp;Follow</source>
      <translation>跟随(&amp;F)</translation>
    </message>
    <message>
      <source>Keep the person chosen large and in the middle</source>
      <translation>让所选人物保持放大并居中</translation>
    </message>
    <message>
      <source>Give a na&amp;me…</source>
      <translation>命名(&amp;M)…</translation>
    </message>
    <message>
      <source>Write a name in the place of the number</source>
      <translation>用名字代替编号</translation>
    </message>
    <message>
      <source>&amp;Leave out or show</source>
      <translation>排除或显示(&amp;L)</translation>
    </message>
    <message>
      <source>Leave the person out of picture and exports, or no more</source>
      <translation>将此人从画面和导出中排除，或恢复显示</translation>
    </message>
    <message>
      <source>Leave out every&amp;body else</source>
      <translation>排除其他所有人(&amp;B)</translation>
    </message>
    <message>
      <source>Leave all others seen so far out of picture and exports; once more: show everybody</source>
      <translation>将目前出现过的其他所有人从画面和导出中排除；再按一次则全部显示</translation>
    </message>
    <message>
      <source>&amp;Same person as…</source>
      <translation>与…是同一人(&amp;S)…</translation>
    </message>
    <message>
      <source>Two numbers are one person: join them</source>
      <translation>两个编号是同一个人：将它们合并</translation>
    </message>
    <message>
      <source>Somebody &amp;else from here on</source>
      <translation>从此处起是另一人(&amp;E)</translation>
    </message>
    <message>
      <source>From this frame on it is somebody else, who gets a new number</source>
      <translation>从此帧起是另一个人，并获得新编号</translation>
    </message>
    <message>
      <source>S&amp;wap with… from here on</source>
      <translation>从此处起互换(&amp;W)…</translation>
    </message>
    <message>
      <source>From this frame on two people were taken for each other: exchange them</source>
      <translation>从此帧起两个人被认错：将他们互换</translation>
    </message>
    <message>
      <source>E&amp;xchange left and right…</source>
      <translation>左右互换(&amp;X)…</translation>
    </message>
    <message>
      <source>Left and right were taken for each other, in the marked range or from this frame on</source>
      <translation>在所标记的范围内或从此帧起左右被认反：将其互换</translation>
    </message>
    <message>
      <source>Exchange left and right on &amp;this frame…</source>
      <translation>仅在此帧左右互换(&amp;T)…</translation>
    </message>
    <message>
      <source>Left and right were taken for each other on this frame alone</source>
      <translation>仅在此帧左右被认反：将其互换</translation>
    </message>
    <message>
      <source>Put left and right bac&amp;k</source>
      <translation>纠正左右(&amp;K)</translation>
    </message>
    <message>
      <source>Find where left and right were taken for each other for a moment, and exchange them</source>
      <translation>查找左右被短暂认反之处，并将其互换</translation>
    </message>
    <message>
      <source>Next moment to &amp;check</source>
      <translation>下一个检查处(&amp;C)</translation>
    </message>
    <message>
      <source>Go to the next moment at which the program may be wrong, and say whether it is</source>
      <translation>前往程序可能出错的下一处，并告知是否有误</translation>
    </message>
    <message>
      <source>Pre&amp;vious moment to check</source>
      <translation>上一个检查处(&amp;V)</translation>
    </message>
    <message>
      <source>The same the other way round</source>
      <translation>按相反顺序切换</translation>
    </message>
    <message>
      <source>&amp;Do what is proposed</source>
      <translation>按建议更正(&amp;D)</translation>
    </message>
    <message>
      <source>The program was wrong at the moment that is asked about: correct it, and go on to the next</source>
      <translation>所问之处程序有误：更正并前往下一处</translation>
    </message>
    <message>
      <source>&amp;It is right as it is</source>
      <translation>保持原样，无误(&amp;I)</translation>
    </message>
    <message>
      <source>Nothing is wrong at the moment that is asked about: go on to the next</source>
      <translation>所问之处没有错误：前往下一处</translation>
    </message>
    <message>
      <source>&amp;Skeletons</source>
      <translation>骨架(&amp;S)</translation>
    </message>
    <message>
      <source>Draw joints and limbs</source>
      <translation>绘制关节和肢体</translation>
    </message>
    <message>
      <source>&amp;Numbers and names</source>
      <translation>编号和名字(&amp;N)</translation>
    </message>
    <message>
      <source>Write each person's number or name above the head</source>
      <translation>在每个人头顶显示编号或名字</translation>
    </message>
    <message>
      <source>&amp;Boxes</source>
      <translation>边框(&amp;B)</translation>
    </message>
    <message>
      <source>Draw a box around each person</source>
      <translation>在每个人周围绘制边框</translation>
    </message>
    <message>
      <source>&amp;Trails</source>
      <translation>轨迹(&amp;T)</translation>
    </message>
    <message>
      <source>Draw the way each person came</source>
      <translation>绘制每个人走过的轨迹</translation>
    </message>
    <message>
      <source>Joint n&amp;ames</source>
      <translation>关节名称(&amp;A)</translation>
    </message>
    <message>
      <source>Write the name beside each joint</source>
      <translation>在每个关节旁显示名称</translation>
    </message>
    <message>
      <source>&amp;Certainty</source>
      <translation>置信度(&amp;C)</translation>
    </message>
    <message>
      <source>Write how sure the program is of each joint, 0 to 1</source>
      <translation>显示每个关节的置信度，0 到 1</translation>
    </message>
    <message>
      <source>Joint an&amp;gles</source>
      <translation>关节角度(&amp;G)</translation>
    </message>
    <message>
      <source>Write how far each joint is bent: degrees without a sign, 0 when standing upright</source>
      <translation>显示每个关节的弯曲程度：不带正负号的度数，直立时为 0</translation>
    </message>
    <message>
      <source>Colour &amp;left and right</source>
      <translation>左右分色(&amp;L)</translation>
    </message>
    <message>
      <source>Left side orange, right side blue, on everyone</source>
      <translation>所有人左侧橙色，右侧蓝色</translation>
    </message>
    <message>
      <source>Blac&amp;k background</source>
      <translation>黑色背景(&amp;K)</translation>
    </message>
    <message>
      <source>Hide the picture, show the people only</source>
      <translation>隐藏画面，只显示人物</translation>
    </message>
    <message>
      <source>Stead&amp;y joints</source>
      <translation>关节防抖(&amp;Y)</translation>
    </message>
    <message>
      <source>Take the jitter out of joints, here, in curves, exports and recordings; what was found is kept</source>
      <translation>消除关节的抖动：用于画面、曲线、导出和录制；原始检测结果保持不变</translation>
    </message>
    <message>
      <source>&amp;Heat of the next joint</source>
      <translation>下一个关节的热力图(&amp;H)</translation>
    </message>
    <message>
      <source>Lay over everyone where the network sees a joint, one joint after the other</source>
      <translation>在每个人身上显示网络认为关节所在的位置，逐个关节切换</translation>
    </message>
    <message>
      <source>Heat of the &amp;joint before</source>
      <translation>上一个关节的热力图(&amp;J)</translation>
    </message>
    <message>
      <source>&amp;More joints</source>
      <translation>更多关节(&amp;M)</translation>
    </message>
    <message>
      <source>Draw joints that are less certain too</source>
      <translation>也绘制置信度较低的关节</translation>
    </message>
    <message>
      <source>&amp;Fewer joints</source>
      <translation>更少关节(&amp;F)</translation>
    </message>
    <message>
      <source>Draw only joints that are more certain</source>
      <translation>只绘制置信度较高的关节</translation>
    </message>
    <message>
      <source>&amp;Side panel</source>
      <translation>侧面板(&amp;S)</translation>
    </message>
    <message>
      <source>Show or hide the panel at the right</source>
      <translation>显示或隐藏右侧面板</translation>
    </message>
    <message>
      <source>&amp;Analysis</source>
      <translation>分析(&amp;A)</translation>
    </message>
    <message>
      <source>Show angles, speed and repetitions as a curve under the video</source>
      <translation>在视频下方以曲线显示角度、速度和重复次数</translation>
    </message>
    <message>
      <source>&amp;Both sides</source>
      <translation>左右两侧(&amp;B)</translation>
    </message>
    <message>
      <source>Show the curve of the other side of the body too, to compare left and right</source>
      <translation>同时显示身体另一侧的曲线，以便比较左右</translation>
    </message>
    <message>
      <source>Copy picture of cur&amp;ve</source>
      <translation>复制曲线图片(&amp;V)</translation>
    </message>
    <message>
      <source>Put the curve on the clipboard as a picture</source>
      <translation>将曲线作为图片放到剪贴板</translation>
    </message>
    <message>
      <source>Save picture of c&amp;urve…</source>
      <translation>保存曲线图片(&amp;U)…</translation>
    </message>
    <message>
      <source>Write the curve as a picture into a file</source>
      <translation>将曲线作为图片写入文件</translation>
    </message>
    <message>
      <source>Set s&amp;cale…</source>
      <translation>设置比例(&amp;C)…</translation>
    </message>
    <message>
      <source>Tell the program a known length, for metres in place of pixels</source>
      <translation>输入一段已知长度，用米代替像素</translation>
    </message>
    <message>
      <source>Scale by heigh&amp;t…</source>
      <translation>按身高设置比例(&amp;T)…</translation>
    </message>
    <message>
      <source>Take how tall the person chosen is for the scale, in the place of a known length</source>
      <translation>用所选人物的身高代替已知长度来设置比例</translation>
    </message>
    <message>
      <source>R&amp;ecorded at…</source>
      <translation>拍摄帧率(&amp;E)…</translation>
    </message>
    <message>
      <source>Of slow motion: tell how many pictures a second were recorded, for true times and speeds</source>
      <translation>慢动作视频：告知拍摄时每秒多少张，使时间和速度符合实际</translation>
    </message>
    <message>
      <source>Seco&amp;nd video recorded at…</source>
      <translation>第二个视频的拍摄帧率(&amp;N)…</translation>
    </message>
    <message>
      <source>The same of the video that this one is compared with</source>
      <translation>对与之比较的视频同样告知</translation>
    </message>
    <message>
      <source>&amp;Full screen</source>
      <translation>全屏(&amp;F)</translation>
    </message>
    <message>
      <source>Fill the screen, and back</source>
      <translation>全屏显示或恢复</translation>
    </message>
    <message>
      <source>Zoom &amp;in</source>
      <translation>放大(&amp;I)</translation>
    </message>
    <message>
      <source>Enlarge the picture (or turn the wheel)</source>
      <translation>放大画面（也可用滚轮）</translation>
    </message>
    <message>
      <source>Zoom &amp;out</source>
      <translation>缩小(&amp;O)</translation>
    </message>
    <message>
      <source>Shrink the picture</source>
      <translation>缩小画面</translation>
    </message>
    <message>
      <source>&amp;Whole picture</source>
      <translation>整幅画面(&amp;W)</translation>
    </message>
    <message>
      <source>Show the whole picture</source>
      <translation>显示整幅画面</translation>
    </message>
    <message>
      <source>Look of the s&amp;ystem</source>
      <translation>系统外观(&amp;Y)</translation>
    </message>
    <message>
      <source>Dark or light as the system is</source>
      <translation>随系统显示深色或浅色</translation>
    </message>
    <message>
      <source>&amp;Dark</source>
      <translation>深色(&amp;D)</translation>
    </message>
    <message>
      <source>Dark, for video and evenings</source>
      <translation>深色，适合看视频和夜间</translation>
    </message>
    <message>
      <source>&amp;Light</source>
      <translation>浅色(&amp;L)</translation>
    </message>
    <message>
      <source>Light, for bright rooms</source>
      <translation>浅色，适合明亮的房间</translation>
    </message>
    <message>
      <source>&amp;High contrast</source>
      <translation>高对比度(&amp;H)</translation>
    </message>
    <message>
      <source>White and yellow on black, for weak eyes</source>
      <translation>黑底白字和黄字，适合视力较弱者</translation>
    </message>
    <message>
      <source>Lan&amp;guage of the system</source>
      <translation>系统语言(&amp;G)</translation>
    </message>
    <message>
      <source>Speak the language of the system</source>
      <translation>使用系统的语言</translation>
    </message>
    <message>
      <source>&amp;Keyboard shortcuts</source>
      <translation>键盘快捷键(&amp;K)</translation>
    </message>
    <message>
      <source>All keys on one page</source>
      <translation>在一页上显示所有快捷键</translation>
    </message>
    <message>
      <source>&amp;About Skelter</source>
      <translation>关于 Skelter(&amp;A)</translation>
    </message>
    <message>
      <source>Version and licences</source>
      <translation>版本与许可证</translation>
    </message>
    <message>
      <source>Speak this language</source>
      <translation>使用此语言</translation>
    </message>
    <message>
      <source>The picture with the people found on it</source>
      <translation>标注了所找到人物的画面</translation>
    </message>
    <message>
      <source>See how people move</source>
      <translation>看清人的动作</translation>
    </message>
    <message>
      <source>Open a video or a camera: everyone in it is followed, joint by joint.</source>
      <translation>打开视频或摄像头：画面中的每个人都会被逐个关节地跟踪。</translation>
    </message>
    <message>
      <source>… or drop a video anywhere in this window. Your videos stay on this computer.</source>
      <translation>……或将视频拖到此窗口的任意位置。您的视频不会离开本机。</translation>
    </message>
    <message>
      <source>Opened lately</source>
      <translation>最近打开</translation>
    </message>
    <message>
      <source>A file from your phone, camera or screen</source>
      <translation>来自手机、相机或屏幕的文件</translation>
    </message>
    <message>
      <source>Use a camera</source>
      <translation>使用摄像头</translation>
    </message>
    <message>
      <source>Live, from a webcam on this computer</source>
      <translation>通过本机的摄像头实时观看</translation>
    </message>
    <message>
      <source>Try the demo</source>
      <translation>试用演示</translation>
    </message>
    <message>
      <source>A short clip of an athlete; fetched once, 4 MB</source>
      <translation>一段运动员的短片；仅下载一次，4 MB</translation>
    </message>
    <message>
      <source>One video at a time; `skelter batch` takes many.</source>
      <translation>一次只能打开一个视频；`skelter batch` 可处理多个。</translation>
    </message>
    <message>
      <source>HDR ({0}), shown as SDR</source>
      <translation>HDR（{0}），以 SDR 显示</translation>
    </message>
    <message>
      <source>{0:g} pictures/s (assumed)</source>
      <translation>每秒 {0:g} 张（假定）</translation>
    </message>
    <message>
      <source>Loading the networks …</source>
      <translation>正在加载网络…</translation>
    </message>
    <message>
      <source>Changing the engines …</source>
      <translation>正在更换引擎…</translation>
    </message>
    <message>
      <source>Part of the screen</source>
      <translation>屏幕区域</translation>
    </message>
    <message>
      <source>{0} is left out, so not measured. Press H to take that back.</source>
      <translation>{0} 已被排除，因此不测量。按 H 键可撤销。</translation>
    </message>
    <message>
      <source>Screen {0}</source>
      <translation>屏幕 {0}</translation>
    </message>
    <message>
      <source>{0} was made of a video of {1} × {2} pixels, not of {3}; open the two that belong together.</source>
      <translation>{0} 出自 {1} × {2} 像素的视频，而不是 {3}；请打开相互对应的两个文件。</translation>
    </message>
    <message>
      <source>{0} was made of {1} ({2}), not of {3} ({4}): at another rate frames are of other moments; give the one that it was made of, or a copy at {5} frames/s.</source>
      <translation>{0} 出自 {1}（{2}），而非 {3}（{4}）：帧率不同，各帧对应的时刻也不同；请给出它所出自的视频，或每秒 {5} 帧的副本。</translation>
    </message>
    <message>
      <source>{0} was made of {1} ({2}), and {3} ({4}) is another video; give the one that it was made of, or a copy that is called after it.</source>
      <translation>{0} 出自 {1}（{2}），而 {3}（{4}）是另一个视频；请给出它所出自的视频，或以其命名的副本。</translation>
    </message>
    <message>
      <source>The demonstration clip is fetched by pip or uv, and neither is here; try a clip of your own (`skelter demo CLIP`).</source>
      <translation>演示视频通过 pip 或 uv 获取，而这里两者都没有；请打开自己的视频试试（`skelter demo CLIP`）。</translation>
    </message>
    <message>
      <source>The demonstration clip in {0} is not the one expected; try a clip of your own (`skelter demo CLIP`).</source>
      <translation>{0} 中的演示视频与预期不符；请打开自己的视频试试（`skelter demo CLIP`）。</translation>
    </message>
    <message>
      <source>{0}, which holds the demonstration clip, cannot be fetched ({1}); check the network and try again, or try a clip of your own (`skelter demo CLIP`).</source>
      <translation>无法获取包含演示视频的 {0}（{1}）；请检查网络后重试，或打开自己的视频（`skelter demo CLIP`）。</translation>
    </message>
    <message>
      <source>The folder {0} for the demonstration clip cannot be made ({1}); mend its permissions, or try a clip of your own (`skelter demo CLIP`).</source>
      <translation>无法创建存放演示视频的文件夹 {0}（{1}）；请修正权限，或打开自己的视频（`skelter demo CLIP`）。</translation>
    </message>
    <message>
      <source>Downloading {0} took longer than five minutes; check the network and try again.</source>
      <translation>下载 {0} 超过了五分钟；请检查网络后重试。</translation>
    </message>
    <message>
      <source>{0} does not hold the demonstration clip; try a clip of your own (`skelter demo CLIP`).</source>
      <translation>{0} 中没有演示视频；请打开自己的视频试试（`skelter demo CLIP`）。</translation>
    </message>
    <message>
      <source>{0}: no data format ends in {1!r}; use one of {2}.</source>
      <translation>{0}：没有以 {1!r} 结尾的数据格式；请使用以下之一：{2}。</translation>
    </message>
    <message>
      <source>There is no data format {0!r}; choose one of {1}.</source>
      <translation>没有数据格式 {0!r}；请从以下选择：{1}。</translation>
    </message>
    <message>
      <source>The skeleton {0} has none of the angles of docs/angles.md.</source>
      <translation>骨架 {0} 没有 docs/angles.md 中的任何角度。</translation>
    </message>
    <message>
      <source>Parquet needs pyarrow; run `pip install 'skelter[parquet]'` first.</source>
      <translation>Parquet 需要 pyarrow；请先运行 `pip install 'skelter[parquet]'`。</translation>
    </message>
    <message>
      <source>The height of person {0} cannot be measured, because legs and trunk are never seen; give --metres-per-pixel, or another --person.</source>
      <translation>始终看不到腿和躯干，因此无法测量人物 {0} 的身高；请给出 --metres-per-pixel 或另一个 --person。</translation>
    </message>
    <message>
      <source>{0} does not exist; check the name.</source>
      <translation>{0} 不存在；请检查名称。</translation>
    </message>
    <message>
      <source>{0} cannot be read ({1}).</source>
      <translation>无法读取 {0}（{1}）。</translation>
    </message>
    <message>
      <source>{0} breaks off, as what a killed run wrote does; call it {1}, and `skelter export` reads it as far as it goes.</source>
      <translation>{0} 中途断开，如同被强行终止的任务所写的文件；将它改名为 {1}，`skelter export` 就会读取其中已有的部分。</translation>
    </message>
    <message>
      <source>{0} is not Skelter JSON ({1}); results are read from that (.json, .jsonl), and by import, export and the window from OpenPose folders, COCO and AlphaPose results.</source>
      <translation>{0} 不是 Skelter JSON（{1}）；结果从 Skelter JSON（.json、.jsonl）读取，import、export 和窗口也能读取 OpenPose 文件夹、COCO 和 AlphaPose 结果。</translation>
    </message>
    <message>
      <source>{0}: these people were looked for in each picture anew; analyse pictures that follow one another with a tracker, such as --tracker oks, or choose another format.</source>
      <translation>{0}：这些人物是在每张图片中重新查找的；若图片前后相连，请用跟踪器（如 --tracker oks）分析，或选择其他格式。</translation>
    </message>
    <message>
      <source>{0} numbers its pictures up to {1}; these are no frames of one video.</source>
      <translation>{0} 中图片编号到 {1}；这不是一个视频的帧。</translation>
    </message>
    <message>
      <source>{0} needs the keypoint {1}, which the skeleton {2} does not have; choose another format.</source>
      <translation>{0} 需要关键点 {1}，而骨架 {2} 没有它；请选择其他格式。</translation>
    </message>
    <message>
      <source>A scale of {0:g} m makes no sense; give a number above 0.</source>
      <translation>比例 {0:g} m 没有意义；请给出大于 0 的数。</translation>
    </message>
    <message>
      <source>A height of {0:g} m makes no sense; heights are metres, such as 1.8.</source>
      <translation>身高 {0:g} m 没有意义；身高以米为单位，例如 1.8。</translation>
    </message>
    <message>
      <source>The scale is given twice, by metres per pixel and by a height; give one of them.</source>
      <translation>比例给出了两次：每像素米数和身高；请只给出其中之一。</translation>
    </message>
    <message>
      <source>{0} holds no OpenPose files (NAME_000000000000_keypoints.json); give a folder with those of one video.</source>
      <translation>{0} 中没有 OpenPose 文件（NAME_000000000000_keypoints.json）；请给出含有一个视频的此类文件的文件夹。</translation>
    </message>
    <message>
      <source>{0} holds files of {1} videos; give a folder with those of one video.</source>
      <translation>{0} 中有 {1} 个视频的文件；请给出只含一个视频的文件的文件夹。</translation>
    </message>
    <message>
      <source>{0} is no file of OpenPose's ({1}).</source>
      <translation>{0} 不是 OpenPose 的文件（{1}）。</translation>
    </message>
    <message>
      <source>{0} is no video file: its pictures are at their true rate already.</source>
      <translation>{0} 不是视频文件：其图片已按实际帧率。</translation>
    </message>
    <message>
      <source>{0}: no picture ends in {1!r}; use .png or .jpg.</source>
      <translation>{0}：没有以 {1!r} 结尾的图片格式；请使用 .png 或 .jpg。</translation>
    </message>
    <message>
      <source>The usual engines run, not the ones chosen: {0}</source>
      <translation>正在使用默认引擎，而不是所选的引擎：{0}</translation>
    </message>
    <message>
      <source>Joints were smoothed by the times of before: they are shown as they were found.</source>
      <translation>关节是按之前的时间平滑的：现按找到的原样显示。</translation>
    </message>
    <message>
      <source>The video of {0} is not beside it; open the video first, then this.</source>
      <translation>{0} 的视频不在它旁边；请先打开视频，再打开此文件。</translation>
    </message>
    <message>
      <source>The network chosen finds other joints ({0}) than are known of this video ({1}); choose another network, or analyse the video again.</source>
      <translation>所选网络识别的关节（{0}）与此视频已有的关节（{1}）不同；请选择其他网络，或重新分析此视频。</translation>
    </message>
    <message>
      <source>That was for a video that is not open any more; nothing was done.</source>
      <translation>该操作针对的视频已不再打开；未执行任何操作。</translation>
    </message>
    <message>
      <source>A recording goes on with the joints it began with; stop it before you change to a network of other joints.</source>
      <translation>录制会一直使用开始时的关节；要换成检测其他关节的网络，请先停止录制。</translation>
    </message>
    <message>
      <source>{0} was cancelled.</source>
      <translation>{0}：已取消。</translation>
    </message>
    <message>
      <source>{0} is of a kind that Skelter writes and does not read; open the video, or the .json of the same poses.</source>
      <translation>{0} 是 Skelter 只写出、不读取的格式；请打开视频，或同一批姿态的 .json 文件。</translation>
    </message>
    <message>
      <source>The corrections stay kept, in {0}, and could not be opened. {1}</source>
      <translation>修正内容仍保存在 {0} 中，但无法打开。{1}</translation>
    </message>
    <message>
      <source>The folder {0} was moved or removed during the recording. Where it was moved, what was recorded until then is in it, in files with .part in their names.</source>
      <translation>录制期间文件夹 {0} 被移动或删除。如果是被移动，此前录制的内容在该文件夹中名称带 .part 的文件里。</translation>
    </message>
    <message>
      <source>{0} is full of recordings of this name; choose another folder.</source>
      <translation>{0} 中此名称的录制文件过多；请选择其他文件夹。</translation>
    </message>
    <message>
      <source>This result was smoothed before it was opened: it is shown as it is.</source>
      <translation>此结果在打开前已经平滑过，按原样显示。</translation>
    </message>
    <message>
      <source>--recorded-at says how fast the frames of --clip were taken; give that, or the rate by --fps.</source>
      <translation>--recorded-at 说明 --clip 各帧的拍摄速度；请给出 --clip，或用 --fps 给出帧率。</translation>
    </message>
    <message>
      <source>{0} has a frame {1}; --first-frame is the least there can be.</source>
      <translation>{0} 中有第 {1} 帧；编号不能小于 --first-frame。</translation>
    </message>
    <message>
      <source>{0} knows when its frames are; leave {1} out.</source>
      <translation>{0} 已有各帧的时间；请去掉 {1}。</translation>
    </message>
    <message>
      <source>{0} knows when its frames are; give --recorded-at to `skelter track`, or count them anew in the window (View, Recorded at).</source>
      <translation>{0} 已有各帧的时间；请把 --recorded-at 用于 `skelter track`，或在窗口中重新计时（视图、拍摄帧率）。</translation>
    </message>
    <message>
      <source>{0} has a frame {1}, but {2} ends with frame {3}; is it the clip, and are frames counted from 0 (else --first-frame)?</source>
      <translation>{0} 中有第 {1} 帧，但 {2} 到第 {3} 帧就结束了；请确认是否为同一视频，且帧号从 0 开始（否则用 --first-frame）。</translation>
    </message>
    <message>
      <source>{0} counts its frames from 0 as the video does; leave --first-frame out.</source>
      <translation>{0} 与视频一样从 0 开始数帧；请去掉 --first-frame。</translation>
    </message>
    <message>
      <source>{0} cannot be read as COCO keypoint results ({1}).</source>
      <translation>无法将 {0} 作为 COCO 关键点结果读取（{1}）。</translation>
    </message>
    <message>
      <source>Two outputs have the same name; give each its own.</source>
      <translation>两个输出同名；请分别命名。</translation>
    </message>
    <message>
      <source>{0} holds no frames; give another source.</source>
      <translation>{0} 中没有帧；请给出其他来源。</translation>
    </message>
    <message>
      <source>{0} is a folder; give the name of a file to write.</source>
      <translation>{0} 是文件夹；请给出要写入的文件名。</translation>
    </message>
    <message>
      <source>{0}: no output ends in {1!r}; use one of {2}.</source>
      <translation>{0}：没有以 {1!r} 结尾的输出；请使用以下之一：{2}。</translation>
    </message>
    <message>
      <source>{0} would be a single picture, and {1} is none; end the name in .mp4 for an annotated video.</source>
      <translation>{0} 只能是一张图片，而 {1} 不是单张图片；要得到带标注的视频，请让名称以 .mp4 结尾。</translation>
    </message>
    <message>
      <source>{0} is the name of the manifest of another output; choose another one.</source>
      <translation>{0} 是另一个输出的清单文件的名称；请换一个名称。</translation>
    </message>
    <message>
      <source>{0} Nothing else was written.</source>
      <translation>{0} 没有写出其他内容。</translation>
    </message>
    <message>
      <source>{0} is the source itself; choose another name.</source>
      <translation>{0} 就是来源本身；请换一个名称。</translation>
    </message>
    <message>
      <source>{0!r} cannot be a model's name: use letters, digits, - and _.</source>
      <translation>{0!r} 不能用作模型名称；请使用字母、数字、- 和 _。</translation>
    </message>
    <message>
      <source>{0}… is too long for a model's name: choose a shorter one.</source>
      <translation>{0}… 用作模型名称太长；请换一个较短的名称。</translation>
    </message>
    <message>
      <source>{0} comes with Skelter: choose another name.</source>
      <translation>{0} 是 Skelter 自带的模型；请换一个名称。</translation>
    </message>
    <message>
      <source>There is a model called {0} already: choose another name.</source>
      <translation>已有名为 {0} 的模型；请换一个名称。</translation>
    </message>
    <message>
      <source>The person class belongs to detectors in ONNX, not to {0}: leave it out.</source>
      <translation>person-class 只用于 ONNX 检测器，不用于 {0}；请去掉它。</translation>
    </message>
    <message>
      <source>Size, flip and run-code belong to checkpoints, not to {0}: leave them out.</source>
      <translation>size、flip 和 run-code 只用于检查点，不用于 {0}；请去掉它们。</translation>
    </message>
    <message>
      <source>The video of {0} is not at {1} any more; put it beside the session and open it again.</source>
      <translation>{0} 的视频已不在 {1}；请把它放到会话文件旁边，再重新打开。</translation>
    </message>
    <message>
      <source>{0} is too large for this machine's memory; open it on a larger one.</source>
      <translation>{0} 超出本机内存；请在内存更大的电脑上打开。</translation>
    </message>
    <message>
      <source>{0} is not a Skelter session ({1}); give a file that Skelter saved.</source>
      <translation>{0} 不是 Skelter 会话（{1}）；请打开由 Skelter 保存的文件。</translation>
    </message>
    <message>
      <source>People were looked for in each picture anew: joints of one are not smoothed into another's.</source>
      <translation>人物是在每张图片中重新查找的：不会把不同人的关节平滑到一起。</translation>
    </message>
    <message>
      <source>At {0:.3g} frames a second joints are shown as they were found: too much moves between.</source>
      <translation>每秒 {0:.3g} 帧时，帧与帧之间的动作太大，关节保持找到时的位置。</translation>
    </message>
    <message>
      <source>This recording cannot be smoothed so: {0}.</source>
      <translation>无法这样平滑这份记录：{0}。</translation>
    </message>
    <message>
      <source>At {0:.3g} frames a second {1:g} s are too short to smooth anything; --window {2:.2g} does, over five frames, and takes some of quick movement along.</source>
      <translation>每秒 {0:.3g} 帧时，{1:g} 秒太短，无法平滑；--window {2:.2g} 可在五帧上平滑，但快速动作也会有所减弱。</translation>
    </message>
    <message>
      <source>There is no smoothing method {0!r}; choose one of {1}.</source>
      <translation>没有名为 {0!r} 的平滑方法；请从 {1} 中选择。</translation>
    </message>
    <message>
      <source>{0} is not an ONNX model: check that the file was copied whole.</source>
      <translation>{0} 不是 ONNX 模型；请检查文件是否完整复制。</translation>
    </message>
    <message>
      <source>{0} was closed and cannot run any more: load it again.</source>
      <translation>{0} 已关闭，无法再运行；请重新加载。</translation>
    </message>
    <message>
      <source>The build was cancelled; nothing was kept.</source>
      <translation>构建已取消，未保留任何内容。</translation>
    </message>
    <message>
      <source>{0} has {1} inputs ({2}): only graphs with one can be run.</source>
      <translation>{0} 有 {1} 个输入（{2}）；只能运行只有一个输入的图。</translation>
    </message>
    <message>
      <source>this ONNX Runtime has no {0}: install the build that has it, or use `--device onnxruntime`.</source>
      <translation>此 ONNX Runtime 没有 {0}；请安装带有它的版本，或使用 `--device onnxruntime`。</translation>
    </message>
    <message>
      <source>ONNX Runtime could not start {0} and would use the processor: check its driver.</source>
      <translation>ONNX Runtime 无法启动 {0}，将改用处理器；请检查其驱动程序。</translation>
    </message>
    <message>
      <source>ONNX Runtime computes in the precision of the file, not in {0}: leave it out.</source>
      <translation>ONNX Runtime 按文件的精度计算，而不是 {0}；请不要指定精度。</translation>
    </message>
    <message>
      <source>ONNX Runtime knows no device {0!r}: choose one of {1}.</source>
      <translation>ONNX Runtime 没有设备 {0!r}；请从 {1} 中选择。</translation>
    </message>
    <message>
      <source>ONNX Runtime cannot start ({0}): install it again.</source>
      <translation>ONNX Runtime 无法启动（{0}）；请重新安装。</translation>
    </message>
    <message>
      <source>ONNX Runtime {0} cannot load {1}: check that the file was copied whole.</source>
      <translation>ONNX Runtime {0} 无法加载 {1}；请检查文件是否完整复制。</translation>
    </message>
    <message>
      <source>{0} has names that are no text: check that the file was copied whole.</source>
      <translation>{0} 中有不是文字的名称；请检查文件是否完整复制。</translation>
    </message>
    <message>
      <source>{0} is of a newer ONNX than ONNX Runtime {1} knows: export it with an older opset, or run `pip install -U onnxruntime`.</source>
      <translation>{0} 的 ONNX 比 ONNX Runtime {1} 支持的更新；请用较旧的 opset 导出，或运行 `pip install -U onnxruntime`。</translation>
    </message>
    <message>
      <source>ONNX Runtime failed while running {0}: {1}</source>
      <translation>ONNX Runtime 运行 {0} 时失败：{1}</translation>
    </message>
    <message>
      <source>there is not enough memory to run {0}: close other programs, or use a smaller network.</source>
      <translation>内存不足，无法运行 {0}；请关闭其他程序，或使用更小的网络。</translation>
    </message>
    <message>
      <source>OpenVINO failed while running {0} ({1}): try `--device onnxruntime`, or another model.</source>
      <translation>OpenVINO 运行 {0} 时失败（{1}）；请试用 `--device onnxruntime` 或其他模型。</translation>
    </message>
    <message>
      <source>int8 needs pictures of people to be adjusted on: give some.</source>
      <translation>int8 需要用有人的图片来调整；请提供一些。</translation>
    </message>
    <message>
      <source>OpenVINO's int8 engines run on `openvino` only: leave `:{0}` out.</source>
      <translation>OpenVINO 的 int8 引擎只能在 `openvino` 上运行；请去掉 `:{0}`。</translation>
    </message>
    <message>
      <source>int8 has to prove itself first: run `skelter build {0} --precision int8`.</source>
      <translation>int8 必须先通过检验；请运行 `skelter build {0} --precision int8`。</translation>
    </message>
    <message>
      <source>OpenVINO knows no precision {0!r}: choose one of {1}.</source>
      <translation>OpenVINO 没有精度 {0!r}；请从 {1} 中选择。</translation>
    </message>
    <message>
      <source>OpenVINO finds no device {0} on this machine: it has {1}.</source>
      <translation>OpenVINO 在本机找不到设备 {0}；现有 {1}。</translation>
    </message>
    <message>
      <source>OpenVINO has no {0} on this {1} and would compute in {2}: choose {3}.</source>
      <translation>OpenVINO 在此 {1} 上没有 {0}，将按 {2} 计算；请选择 {3}。</translation>
    </message>
    <message>
      <source>{0} has no heatmaps to show: choose a pose network that finds joints by them.</source>
      <translation>{0} 没有可显示的热图；请选择用热图寻找关节的姿态网络。</translation>
    </message>
    <message>
      <source>int8 needs NNCF: run `pip install 'skelter[int8]'`.</source>
      <translation>int8 需要 NNCF；请运行 `pip install 'skelter[int8]'`。</translation>
    </message>
    <message>
      <source>NNCF cannot make int8 of this network: {0}</source>
      <translation>NNCF 无法将此网络转为 int8：{0}</translation>
    </message>
    <message>
      <source>OpenVINO cannot start ({0}): install it again, or use `--device onnxruntime`.</source>
      <translation>OpenVINO 无法启动（{0}）；请重新安装，或使用 `--device onnxruntime`。</translation>
    </message>
    <message>
      <source>OpenVINO cannot run {0} on {1}: try `--device onnxruntime`.</source>
      <translation>OpenVINO 无法在 {1} 上运行 {0}；请试用 `--device onnxruntime`。</translation>
    </message>
    <message>
      <source>OpenVINO cannot build {0}: {1}</source>
      <translation>OpenVINO 无法构建 {0}：{1}</translation>
    </message>
    <message>
      <source>the engine of {0} does not load ({1}): `skelter build` makes it anew.</source>
      <translation>{0} 的引擎无法加载（{1}）；可用 `skelter build` 重新构建。</translation>
    </message>
    <message>
      <source>{0} builds nothing: --device is auto, tensorrt or openvino here.</source>
      <translation>{0} 不构建任何引擎；此处 --device 应为 auto、tensorrt 或 openvino。</translation>
    </message>
    <message>
      <source>{0} cannot be used here: {1}; `--device auto` takes what can.</source>
      <translation>此处无法使用 {0}：{1}；`--device auto` 会选用可用的。</translation>
    </message>
    <message>
      <source>there is no device or backend called {0!r}: choose tensorrt, torch:cuda or onnxruntime:cuda for a GPU of NVIDIA's, openvino:gpu for one of Intel's.</source>
      <translation>没有名为 {0!r} 的设备或后端；NVIDIA 显卡请选 tensorrt、torch:cuda 或 onnxruntime:cuda，Intel 显卡请选 openvino:gpu。</translation>
    </message>
    <message>
      <source>there is no device or backend called {0!r}: choose one of {1}.</source>
      <translation>没有名为 {0!r} 的设备或后端；请从 {1} 中选择。</translation>
    </message>
    <message>
      <source>There is no precision {0!r}: choose one of {1}.</source>
      <translation>没有精度 {0!r}；请从 {1} 中选择。</translation>
    </message>
    <message>
      <source>no inference library can be used here ({0}): run `pip install onnxruntime`.</source>
      <translation>此处没有可用的推理库（{0}）；请运行 `pip install onnxruntime`。</translation>
    </message>
    <message>
      <source>there is no device or backend called {0!r}: did you mean {1}?</source>
      <translation>没有名为 {0!r} 的设备或后端；是指 {1} 吗？</translation>
    </message>
    <message>
      <source>{0} builds engines for {1} only: leave `:{2}` out.</source>
      <translation>{0} 只为 {1} 构建引擎；请去掉 `:{2}`。</translation>
    </message>
    <message>
      <source>TensorRT runs engines only: run `skelter build {0}{1}` first.</source>
      <translation>TensorRT 只运行引擎；请先运行 `skelter build {0}{1}`。</translation>
    </message>
    <message>
      <source>the GPU cannot hold {0} ({1}): close other programs on it.</source>
      <translation>GPU 装不下 {0}（{1}）；请关闭占用它的其他程序。</translation>
    </message>
    <message>
      <source>TensorRT knows no precision {0!r}: choose one of {1}.</source>
      <translation>TensorRT 没有精度 {0!r}；请从 {1} 中选择。</translation>
    </message>
    <message>
      <source>{0} takes {1} {2}, not {3} {4}.</source>
      <translation>{0} 的输入是 {1} {2}，而不是 {3} {4}。</translation>
    </message>
    <message>
      <source>{0} gives {1} of any size: TensorRT is used for fixed sizes only.</source>
      <translation>{0} 的输出 {1} 大小不定；TensorRT 只用于固定大小。</translation>
    </message>
    <message>
      <source>the engine of {0} does not load ({1}): build it again.</source>
      <translation>{0} 的引擎无法加载（{1}）；请重新构建。</translation>
    </message>
    <message>
      <source>TensorRT failed while running {0} ({1}): try `--device cpu`.</source>
      <translation>TensorRT 运行 {0} 时失败（{1}）；请试用 `--device cpu`。</translation>
    </message>
    <message>
      <source>{0} cannot read {1} ({2}): run it with `--device auto`.</source>
      <translation>{0} 无法读取 {1}（{2}）；请用 `--device auto` 运行。</translation>
    </message>
    <message>
      <source>{0} cannot build {1} ({2}): run it with `--device auto`.</source>
      <translation>{0} 无法构建 {1}（{2}）；请用 `--device auto` 运行。</translation>
    </message>
    <message>
      <source>The build of {0} was cancelled; nothing was kept.</source>
      <translation>{0} 的构建已取消，未保留任何内容。</translation>
    </message>
    <message>
      <source>{0} takes pictures of any size, and TensorRT is built for one: export it with a fixed size.</source>
      <translation>{0} 接受任意大小的图片，而 TensorRT 只为一种大小构建；请以固定大小导出。</translation>
    </message>
    <message>
      <source>TensorRT is not installed: {0}.</source>
      <translation>未安装 TensorRT：{0}。</translation>
    </message>
    <message>
      <source>TensorRT-RTX has no code for compute capability {0}.{1} (it has {2}): use `--device torch:cuda`, or `tensorrt`.</source>
      <translation>TensorRT-RTX 没有计算能力 {0}.{1} 的代码（现有 {2}）；请使用 `--device torch:cuda` 或 `tensorrt`。</translation>
    </message>
    <message>
      <source>{0} cannot start ({1}): install it again.</source>
      <translation>{0} 无法启动（{1}）；请重新安装。</translation>
    </message>
    <message>
      <source>PyTorch knows no device {0!r} here: choose one of {1}.</source>
      <translation>PyTorch 在此没有设备 {0!r}；请从 {1} 中选择。</translation>
    </message>
    <message>
      <source>PyTorch knows no precision {0!r} here: choose one of {1}.</source>
      <translation>PyTorch 在此没有精度 {0!r}；请从 {1} 中选择。</translation>
    </message>
    <message>
      <source>PyTorch finds no CUDA device (or is its CPU build): use `--device cpu`.</source>
      <translation>PyTorch 找不到 CUDA 设备（或是 CPU 版本）；请使用 `--device cpu`。</translation>
    </message>
    <message>
      <source>{0} takes pictures of any size, the torch backend runs one picture size: use --device cpu.</source>
      <translation>{0} 接受任意大小的图片，而 torch 后端只运行一种图片大小；请使用 --device cpu。</translation>
    </message>
    <message>
      <source>the GPU has no memory left for {0}: close other programs on it, or take a smaller network.</source>
      <translation>GPU 内存不足以运行 {0}；请关闭占用它的其他程序，或使用更小的网络。</translation>
    </message>
    <message>
      <source>PyTorch cannot start ({0}): install it again.</source>
      <translation>PyTorch 无法启动（{0}）；请重新安装。</translation>
    </message>
    <message>
      <source>PyTorch failed while running {0}: {1}</source>
      <translation>PyTorch 运行 {0} 时失败：{1}</translation>
    </message>
    <message>
      <source>the torch backend runs graphs of one picture size: use `--device cpu`.</source>
      <translation>torch 后端只运行一种图片大小的图；请使用 `--device cpu`。</translation>
    </message>
    <message>
      <source>the torch backend does not know the operator {0}: use `--device cpu`.</source>
      <translation>torch 后端不支持算子 {0}；请使用 `--device cpu`。</translation>
    </message>
    <message>
      <source>the torch backend does not know this kind of {0}: use `--device cpu`.</source>
      <translation>torch 后端不支持这种 {0}；请使用 `--device cpu`。</translation>
    </message>
    <message>
      <source>the torch backend runs graphs whose shapes depend on shapes only, and {0} here does not: use `--device cpu`.</source>
      <translation>torch 后端只运行形状仅取决于形状的图，而此处的 {0} 并非如此；请使用 `--device cpu`。</translation>
    </message>
    <message>
      <source>{0} does not fit this GPU: use another.</source>
      <translation>{0} 不适合此 GPU；请换用其他的。</translation>
    </message>
    <message>
      <source>the torch backend knows ConvTranspose with even pads only: use `--device cpu`.</source>
      <translation>torch 后端只支持两侧填充相同的 ConvTranspose；请使用 `--device cpu`。</translation>
    </message>
    <message>
      <source>{0} builds no {1} here: choose one of {2}.</source>
      <translation>{0} 在此无法构建 {1}；请从 {2} 中选择。</translation>
    </message>
    <message>
      <source>{0} cannot be used here: {1}.</source>
      <translation>此处无法使用 {0}：{1}。</translation>
    </message>
    <message>
      <source>{0} builds no int8 without NNCF; run `pip install 'skelter[int8]'` first, or choose one of {1}.</source>
      <translation>没有 NNCF，{0} 无法构建 int8；请先运行 `pip install 'skelter[int8]'`，或从 {1} 中选择。</translation>
    </message>
    <message>
      <source>no engine of {0} by {1} is good enough ({2}): run without one.</source>
      <translation>{0} 的 {1} 引擎都不够好（{2}）；请不用引擎运行。</translation>
    </message>
    <message>
      <source>the engine of {0} cannot be used ({1}): run without it.</source>
      <translation>{0} 的引擎无法使用（{1}）；请不用引擎运行。</translation>
    </message>
    <message>
      <source>{0} cannot be read ({1}): check that you may read it.</source>
      <translation>无法读取 {0}（{1}）；请检查是否有读取权限。</translation>
    </message>
    <message>
      <source>the model card {0} has an unknown key `{1}`: remove it.</source>
      <translation>模型卡 {0} 有未知的键 `{1}`；请删除它。</translation>
    </message>
    <message>
      <source>the model card {0} lacks `{1}`: add it, or import the model again.</source>
      <translation>模型卡 {0} 缺少 `{1}`；请补上，或重新导入模型。</translation>
    </message>
    <message>
      <source>the model card {0} describes {1}, not {2}: correct `file` and `sha256` in it, or remove it.</source>
      <translation>模型卡 {0} 描述的是 {1}，而不是 {2}；请更正其中的 `file` 和 `sha256`，或删除它。</translation>
    </message>
    <message>
      <source>the model card {0} names {1}, which is not beside it: copy it there.</source>
      <translation>模型卡 {0} 所写的 {1} 不在它旁边；请复制到那里。</translation>
    </message>
    <message>
      <source>{0}… is too long for the name of a file: check it.</source>
      <translation>{0}… 用作文件名太长；请检查名称。</translation>
    </message>
    <message>
      <source>{0} gives heatmaps, which the decoding {1} cannot read: choose argmax, quarter, parabola or dark.</source>
      <translation>{0} 输出热图，解码方式 {1} 无法读取；请选择 argmax、quarter、parabola 或 dark。</translation>
    </message>
    <message>
      <source>{0} knows {1} classes, counted from 0, so none is the person class {2}: choose another.</source>
      <translation>{0} 有 {1} 个类别（从 0 数起），没有人物类别 {2}；请另选一个。</translation>
    </message>
    <message>
      <source>{0} is not the file that its card describes (its SHA-256 differs): import the model again, or correct or remove {1}.</source>
      <translation>{0} 不是其模型卡所描述的文件（SHA-256 不一致）；请重新导入模型，或更正或删除 {1}。</translation>
    </message>
    <message>
      <source>{0} keeps weights in {1}, for which its card cannot answer: remove {2} and import the model, which makes one file of it.</source>
      <translation>{0} 的权重存于 {1}，其模型卡无法担保；请删除 {2} 并导入模型，这会将其合成一个文件。</translation>
    </message>
    <message>
      <source>{0} cannot be read ({1}): a model card is a file that you may read.</source>
      <translation>无法读取 {0}（{1}）；模型卡应是有读取权限的文件。</translation>
    </message>
    <message>
      <source>{0} is not a model card ({1}): import the model again.</source>
      <translation>{0} 不是模型卡（{1}）；请重新导入模型。</translation>
    </message>
    <message>
      <source>the model card {0} has an unknown key `{1}`: did you mean `{2}`?</source>
      <translation>模型卡 {0} 有未知的键 `{1}`；是指 `{2}` 吗？</translation>
    </message>
    <message>
      <source>{0} can have no card (`{1}`: {2}): export the model again.</source>
      <translation>无法为 {0} 生成模型卡（`{1}`：{2}）；请重新导出模型。</translation>
    </message>
    <message>
      <source>`layout` in the model card {0} is {1!r}; for a {2} it is one of {3}.</source>
      <translation>模型卡 {0} 中的 `layout` 是 {1!r}；对 {2} 应为以下之一：{3}。</translation>
    </message>
    <message>
      <source>`{0}` in the model card {1} is wrong ({2}): mend it.</source>
      <translation>模型卡 {1} 中的 `{0}` 有误（{2}）；请修正。</translation>
    </message>
    <message>
      <source>{0}; run on another device, for example `--device cpu`.</source>
      <translation>{0}；请在其他设备上运行，例如 `--device cpu`。</translation>
    </message>
    <message>
      <source>CUDA failed ({0}: {1}): try `--device cpu`.</source>
      <translation>CUDA 失败（{0}：{1}）；请试用 `--device cpu`。</translation>
    </message>
    <message>
      <source>CUDA kernels need cuda-python: run `pip install 'skelter[tensorrt]'`.</source>
      <translation>CUDA 内核需要 cuda-python；请运行 `pip install 'skelter[tensorrt]'`。</translation>
    </message>
    <message>
      <source>the run-time compiler of CUDA is missing ({0}): run `pip install nvidia-cuda-nvrtc`.</source>
      <translation>缺少 CUDA 的运行时编译器（{0}）；请运行 `pip install nvidia-cuda-nvrtc`。</translation>
    </message>
    <message>
      <source>a CUDA kernel does not compile for {0}: {1}.</source>
      <translation>CUDA 内核无法为 {0} 编译：{1}。</translation>
    </message>
    <message>
      <source>the GPU has no memory left: close other programs on it, or use a smaller network.</source>
      <translation>GPU 内存已用尽；请关闭占用它的其他程序，或使用更小的网络。</translation>
    </message>
    <message>
      <source>{0} is no detector: its card says {1}.</source>
      <translation>{0} 不是检测器；其模型卡写的是 {1}。</translation>
    </message>
    <message>
      <source>{0} takes {1}, its card says {2}: import the model again.</source>
      <translation>{0} 的输入是 {1}，而其模型卡写的是 {2}；请重新导入模型。</translation>
    </message>
    <message>
      <source>{0} gives {1}, which is not {2}: correct or remove its card.</source>
      <translation>{0} 的输出是 {1}，不是 {2}；请更正或删除其模型卡。</translation>
    </message>
    <message>
      <source>{0} knows {1} classes, its card's person_class is {2}: correct it (counted from 0), or import the model again.</source>
      <translation>{0} 有 {1} 个类别，而其模型卡的 person_class 是 {2}；请更正（从 0 数起），或重新导入模型。</translation>
    </message>
    <message>
      <source>{0} has {1:.0f} MB free, {2:.0f} MB are needed: free some space there.</source>
      <translation>{0} 剩余 {1:.0f} MB，而需要 {2:.0f} MB；请腾出一些空间。</translation>
    </message>
    <message>
      <source>Another Skelter is fetching {0}: wait until it is there.</source>
      <translation>另一个 Skelter 正在获取 {0}；请等它完成。</translation>
    </message>
    <message>
      <source>{0} is full of unfinished files of this name; remove the .part files.</source>
      <translation>{0} 中这个名称的未完成文件太多；请删除 .part 文件。</translation>
    </message>
    <message>
      <source>{0} could not be written ({1}); choose another place.</source>
      <translation>无法写入 {0}（{1}）；请选择其他位置。</translation>
    </message>
    <message>
      <source>{0} is full of unfinished folders of this name; remove the .part folders.</source>
      <translation>{0} 中这个名称的未完成文件夹太多；请删除 .part 文件夹。</translation>
    </message>
    <message>
      <source>The disk is full, {0} could not be written; free some space and start again.</source>
      <translation>磁盘已满，无法写入 {0}；请腾出空间后重新开始。</translation>
    </message>
    <message>
      <source>{0} is not writable, so {1} cannot be made; choose another folder.</source>
      <translation>{0} 不可写，无法创建 {1}；请选择其他文件夹。</translation>
    </message>
    <message>
      <source>The folder {0} does not exist, so {1} cannot be made; make it first.</source>
      <translation>文件夹 {0} 不存在，无法创建 {1}；请先创建该文件夹。</translation>
    </message>
    <message>
      <source>{0} is not a folder, so {1} cannot be made; choose another one.</source>
      <translation>{0} 不是文件夹，无法创建 {1}；请另选一个。</translation>
    </message>
    <message>
      <source>{0} would be larger than this disk or account allows; choose another disk.</source>
      <translation>{0} 超出了此磁盘或账户允许的大小；请选择其他磁盘。</translation>
    </message>
    <message>
      <source>The name {0} is too long for this disk; choose a shorter one.</source>
      <translation>名称 {0} 对此磁盘来说太长；请换一个较短的名称。</translation>
    </message>
    <message>
      <source>{0} holds other files, such as {1}; choose another name.</source>
      <translation>{0} 中有其他文件，例如 {1}；请换一个名称。</translation>
    </message>
    <message>
      <source>{0} What was written before is {1}.</source>
      <translation>{0} 此前写入的内容在 {1} 中。</translation>
    </message>
    <message>
      <source>{0} is a file, and a folder is to be made there; choose another name.</source>
      <translation>{0} 是文件，而这里要创建文件夹；请换一个名称。</translation>
    </message>
    <message>
      <source>there is no model file {0}: check the name.</source>
      <translation>没有模型文件 {0}；请检查名称。</translation>
    </message>
    <message>
      <source>{0} is a folder, not a model: name the .onnx file in it.</source>
      <translation>{0} 是文件夹，不是模型；请选择其中的 .onnx 文件。</translation>
    </message>
    <message>
      <source>{0} is no ONNX file: export the model to .onnx first.</source>
      <translation>{0} 不是 ONNX 文件；请先把模型导出为 .onnx。</translation>
    </message>
    <message>
      <source>{0} is empty (0 bytes): copy the model again.</source>
      <translation>{0} 是空文件（0 字节）；请重新复制模型。</translation>
    </message>
    <message>
      <source>{0} takes {1} {2} ({3}), which is no picture in colour: give a detector or a pose network that takes one.</source>
      <translation>{0} 的输入 {1} {2}（{3}）不是彩色图片；请提供接受彩色图片的检测器或姿态网络。</translation>
    </message>
    <message>
      <source>{0} takes {1} {2}, which is no size of a picture: export it for one of 16 to 4096 pixels a side.</source>
      <translation>{0} 的输入为 {1} {2}，不是图像可用的大小；请按每边 16 到 4096 像素导出。</translation>
    </message>
    <message>
      <source>{0} gives lists or texts: give a detector or a pose network, which give numbers.</source>
      <translation>{0} 输出列表或文字；请指定输出数字的检测器或姿态网络。</translation>
    </message>
    <message>
      <source>{0} describes itself in what is no text (UTF-8): export it again.</source>
      <translation>{0} 中的说明不是文本（UTF-8）；请重新导出。</translation>
    </message>
    <message>
      <source>Heatmaps are made by OpenVINO: {0}.</source>
      <translation>热图由 OpenVINO 生成：{0}。</translation>
    </message>
    <message>
      <source>{0} is no pose network (heatmaps or SimCC of {2} or {3} keypoints) that Skelter knows ({1}): export the model in such a form.</source>
      <translation>{0} 不是 Skelter 认识的姿态网络（{2} 或 {3} 个关键点的热图或 SimCC）（{1}）；请将模型导出为这样的形式。</translation>
    </message>
    <message>
      <source>{0} is neither a detector nor a pose network that Skelter knows ({1}): export the model as YOLOv5, v8, 11, 26, YOLOX, RTMDet with NMS, or with heatmaps or SimCC of {2} or {3} keypoints.</source>
      <translation>{0} 既不是 Skelter 所知的检测器，也不是姿态网络（{1}）；请将模型导出为 YOLOv5、v8、11、26、YOLOX、带 NMS 的 RTMDet，或 {2} 或 {3} 个关键点的热图或 SimCC。</translation>
    </message>
    <message>
      <source>{0} is no detector (YOLOv5, v8, 11, 26, YOLOX, or RTMDet with NMS) that Skelter knows ({1}): export the model in such a form.</source>
      <translation>{0} 不是 Skelter 认识的检测器（YOLOv5、v8、11、26、YOLOX 或带 NMS 的 RTMDet）（{1}）；请将模型导出为这样的形式。</translation>
    </message>
    <message>
      <source>{0} is a detector, not a pose network ({1}): give it with --detector.</source>
      <translation>{0} 是检测器，而不是姿态网络（{1}）；请用 --detector 指定。</translation>
    </message>
    <message>
      <source>{0} and its weights are too large for one file (2 GB): use it by its path.</source>
      <translation>{0} 及其权重超出单个文件的上限（2 GB）；请用其路径指定。</translation>
    </message>
    <message>
      <source>{0} places {1} keypoints, but Skelter knows skeletons of {2}.</source>
      <translation>{0} 给出 {1} 个关键点，而 Skelter 认识的骨架为 {2}。</translation>
    </message>
    <message>
      <source>{0} does not tell which of its classes is a person: say it, counted from 0, by `skelter models import {0} --person-class N`.</source>
      <translation>{0} 没有说明哪个类别是人；请用 `skelter models import {0} --person-class N` 指定（从 0 数起）。</translation>
    </message>
    <message>
      <source>{0} finds {1}, but no class called person: say which one is, counted from 0, by `skelter models import {0} --person-class N`.</source>
      <translation>{0} 检测 {1}，但没有名为 person 的类别；请用 `skelter models import {0} --person-class N` 指定哪一个是人（从 0 数起）。</translation>
    </message>
    <message>
      <source>{0} is a pose network, not a detector ({1}): give it with --pose.</source>
      <translation>{0} 是姿态网络，而不是检测器（{1}）；请用 --pose 指定。</translation>
    </message>
    <message>
      <source>{0} keeps its weights in {1}: run `pip install onnx` first, which can join them, or export one file.</source>
      <translation>{0} 的权重存于 {1}；请先运行 `pip install onnx` 以便合并，或导出为一个文件。</translation>
    </message>
    <message>
      <source>{0} and its weights do not fit together: export the model again.</source>
      <translation>{0} 与其权重不匹配；请重新导出模型。</translation>
    </message>
    <message>
      <source>{0} keeps weights outside its folder ({1}): export it as one file.</source>
      <translation>{0} 的权重在其文件夹之外（{1}）；请导出为一个文件。</translation>
    </message>
    <message>
      <source>{0} keeps its weights in {1}, which is not beside it: copy it there.</source>
      <translation>{0} 的权重存于 {1}，但它不在旁边；请复制到那里。</translation>
    </message>
    <message>
      <source>{0} knows {1} classes, counted from 0: none is {2}.</source>
      <translation>{0} 有 {1} 个类别（从 0 数起），没有 {2}。</translation>
    </message>
    <message>
      <source>a detector's threshold lies between 0 and 1, not at {0}.</source>
      <translation>检测器的阈值应在 0 和 1 之间，不能是 {0}。</translation>
    </message>
    <message>
      <source>int8 has to prove itself first: run `{0}`. Where that refuses it, leave --precision out: what is fastest of what passed is taken then.</source>
      <translation>int8 必须先通过检验；请运行 `{0}`。若未通过，请去掉 --precision，这样会选用通过者中最快的。</translation>
    </message>
    <message>
      <source>there is no model called {0}: there is {1}, or any .onnx file by its path.</source>
      <translation>没有名为 {0} 的模型；现有 {1}，或用路径指定任意 .onnx 文件。</translation>
    </message>
    <message>
      <source>{0} is a pose network, not a detector: give it with --pose.</source>
      <translation>{0} 是姿态网络，而不是检测器；请用 --pose 指定。</translation>
    </message>
    <message>
      <source>{0} is a pose network: leave the person class out, it belongs to detectors.</source>
      <translation>{0} 是姿态网络；person-class 只用于检测器，请去掉它。</translation>
    </message>
    <message>
      <source>{0} is a detector: leave pixel rule and decoding out, they belong to pose networks.</source>
      <translation>{0} 是检测器；pixel-rule 和 decoding 只用于姿态网络，请去掉它们。</translation>
    </message>
    <message>
      <source>{0} is read in one way only ({1}): leave the decoding out.</source>
      <translation>{0} 只有一种读取方式（{1}）；请去掉 decoding。</translation>
    </message>
    <message>
      <source>{0} is not here yet: run `skelter models pull {0}` first.</source>
      <translation>{0} 尚未下载；请先运行 `skelter models pull {0}`。</translation>
    </message>
    <message>
      <source>{0} is a detector, not a pose network: give it with --detector.</source>
      <translation>{0} 是检测器，而不是姿态网络；请用 --detector 指定。</translation>
    </message>
    <message>
      <source>the libraries cannot open {0}, whose name is not UTF-8: rename it.</source>
      <translation>{0} 的名称不是 UTF-8，库无法打开；请重命名。</translation>
    </message>
    <message>
      <source>there is no pose model called {0}: did you mean {1}?</source>
      <translation>没有名为 {0} 的姿态模型；是指 {1} 吗？</translation>
    </message>
    <message>
      <source>there is no pose model called {0}: there is {1}, or any .onnx file by its path.</source>
      <translation>没有名为 {0} 的姿态模型；现有 {1}，或用路径指定任意 .onnx 文件。</translation>
    </message>
    <message>
      <source>there is no detector model called {0}: did you mean {1}?</source>
      <translation>没有名为 {0} 的检测器模型；是指 {1} 吗？</translation>
    </message>
    <message>
      <source>there is no detector model called {0}: there is {1}, or any .onnx file by its path.</source>
      <translation>没有名为 {0} 的检测器模型；现有 {1}，或用路径指定任意 .onnx 文件。</translation>
    </message>
    <message>
      <source>there is no model called {0}: did you mean {1}?</source>
      <translation>没有名为 {0} 的模型；是指 {1} 吗？</translation>
    </message>
    <message>
      <source>engines are made with the package onnx: run `pip install onnx`.</source>
      <translation>构建引擎需要 onnx 软件包；请运行 `pip install onnx`。</translation>
    </message>
    <message>
      <source>{0} is no pose network: its card says {1}.</source>
      <translation>{0} 不是姿态网络；其模型卡写的是 {1}。</translation>
    </message>
    <message>
      <source>{0} takes {1}, its card says {2} × {3}: import it again.</source>
      <translation>{0} 的输入是 {1}，而其模型卡写的是 {2} × {3}；请重新导入。</translation>
    </message>
    <message>
      <source>{0} gives {1}, not {2} of {3} keypoints: mend or remove its card.</source>
      <translation>{0} 的输出是 {1}，不是 {2}（{3} 个关键点）；请更正或删除其模型卡。</translation>
    </message>
    <message>
      <source>int8 cannot be made of this network, whose layers are no convolutions: build it in f16.</source>
      <translation>此网络的层不是卷积，无法转为 int8；请用 f16 构建。</translation>
    </message>
    <message>
      <source>int8 is adjusted on {0} pictures at least, not on {1}: give more.</source>
      <translation>int8 至少要用 {0} 张图片来调整，而只有 {1} 张；请提供更多。</translation>
    </message>
    <message>
      <source>int8 cannot be made of this network ({0}): build it in f16.</source>
      <translation>此网络无法转为 int8（{0}）；请用 f16 构建。</translation>
    </message>
    <message>
      <source>{0} is not laid out as Skelter exports detectors, and is used at its own size.</source>
      <translation>{0} 的结构与 Skelter 导出的检测器不同，因此按其自身尺寸使用。</translation>
    </message>
    <message>
      <source>{0} cannot be used at another size: the cache folder takes no file.</source>
      <translation>{0} 无法以其他尺寸使用：缓存文件夹无法写入文件。</translation>
    </message>
    <message>
      <source>{0} is not the engine that its name says: remove it, or build again.</source>
      <translation>{0} 不是其名称所指的引擎；请删除它，或重新构建。</translation>
    </message>
    <message>
      <source>{0} is damaged or was not built here: `skelter models list --prune` removes it.</source>
      <translation>{0} 已损坏，或不是在此处构建的；可用 `skelter models list --prune` 删除。</translation>
    </message>
    <message>
      <source>{0} cannot be read ({1}): build the engine again.</source>
      <translation>无法读取 {0}（{1}）；请重新构建引擎。</translation>
    </message>
    <message>
      <source>{0} holds no sound that can be read; export without sound.</source>
      <translation>{0} 中没有可读取的声音；请不带声音导出。</translation>
    </message>
    <message>
      <source>There is no camera {0}; there are {1}.</source>
      <translation>没有摄像头 {0}；现有：{1}。</translation>
    </message>
    <message>
      <source>Camera {0} cannot be opened; close other programs that use it, and check that you may use cameras.</source>
      <translation>无法打开摄像头 {0}；请关闭正在使用它的其他程序，并检查是否有权使用摄像头。</translation>
    </message>
    <message>
      <source>There is no camera {0}, and no other camera was found; plug one in.</source>
      <translation>没有摄像头 {0}，也没有找到其他摄像头；请接上一个。</translation>
    </message>
    <message>
      <source>Cameras cannot be opened by {0!r}; choose one of {1}.</source>
      <translation>无法用 {0!r} 打开摄像头；请从以下选项中选择：{1}。</translation>
    </message>
    <message>
      <source>{0} is empty (0 bytes); copy or record it again.</source>
      <translation>{0} 是空文件（0 字节）；请重新复制或录制。</translation>
    </message>
    <message>
      <source>{0} holds no video; give a video file such as .mp4, .mov or .mkv.</source>
      <translation>{0} 中没有视频；请打开 .mp4、.mov 或 .mkv 等视频文件。</translation>
    </message>
    <message>
      <source>{0} is a folder, not a video file; name a file in it.</source>
      <translation>{0} 是文件夹，不是视频文件；请选择其中的文件。</translation>
    </message>
    <message>
      <source>{0} is a pipe, which cannot be read as a video; save it to a file, or give a stream's address.</source>
      <translation>{0} 是管道，无法作为视频读取；请将其保存为文件，或给出流的地址。</translation>
    </message>
    <message>
      <source>{0} does not exist; check the name and the folder.</source>
      <translation>{0} 不存在；请检查名称和文件夹。</translation>
    </message>
    <message>
      <source>{0} may not be read by you; change its permissions or take a copy of it.</source>
      <translation>您无权读取 {0}；请更改权限，或使用它的副本。</translation>
    </message>
    <message>
      <source>{0} cannot be read ({1}); check the disk or take another copy.</source>
      <translation>无法读取 {0}（{1}）；请检查磁盘，或使用其他副本。</translation>
    </message>
    <message>
      <source>{0} is not a video that can be read ({1}); give a video file such as .mp4, .mov or .mkv.</source>
      <translation>{0} 不是可读取的视频（{1}）；请打开 .mp4、.mov 或 .mkv 等视频文件。</translation>
    </message>
    <message>
      <source>{0} holds video of a kind that cannot be decoded here; convert it to H.264.</source>
      <translation>{0} 中的视频格式无法在此解码；请转换为 H.264。</translation>
    </message>
    <message>
      <source>{0} was cut off before its table of contents was written, so no player can open it; copy it again from where it was recorded.</source>
      <translation>{0} 在写入目录之前就中断了，任何播放器都无法打开；请从录制处重新复制。</translation>
    </message>
    <message>
      <source>{0} breaks off at {1:.1f} s and the rest is missing or damaged; copy it again from where it was recorded.</source>
      <translation>{0} 在 {1:.1f} 秒处中断，其余部分缺失或损坏；请从录制处重新复制。</translation>
    </message>
    <message>
      <source>{0} has no picture that can be decoded; take another copy of the file.</source>
      <translation>{0} 中没有可解码的画面；请使用该文件的其他副本。</translation>
    </message>
    <message>
      <source>{0} does not tell how many frames a second it shows, so nobody can tell how slow that is; convert it to .mp4 first.</source>
      <translation>{0} 未注明每秒显示多少帧，因此无法得知慢了多少；请先转换为 .mp4。</translation>
    </message>
    <message>
      <source>{0} of {1} pictures were left out. The first: {2}</source>
      <translation>{1} 张图片中有 {0} 张被略过。第一张：{2}</translation>
    </message>
    <message>
      <source>No picture fits the pattern {0}; give a pattern of pictures ({1}).</source>
      <translation>没有图片符合模式 {0}；请给出图片（{1}）的模式。</translation>
    </message>
    <message>
      <source>{0} has several pages; save each of them as a picture of its own.</source>
      <translation>{0} 有多个页面；请将每一页另存为单独的图片。</translation>
    </message>
    <message>
      <source>{0} is not a picture that can be read; replace it or take it out of the folder.</source>
      <translation>{0} 不是可读取的图片；请替换它，或将它移出文件夹。</translation>
    </message>
    <message>
      <source>One of {0} pictures was left out: {1}</source>
      <translation>{0} 张图片中有一张被略过：{1}</translation>
    </message>
    <message>
      <source>{0} cannot be looked into ({1}); check its permissions.</source>
      <translation>无法查看 {0}（{1}）；请检查其权限。</translation>
    </message>
    <message>
      <source>There is no picture in {0}; give a folder with pictures ({1}).</source>
      <translation>{0} 中没有图片；请打开有图片（{1}）的文件夹。</translation>
    </message>
    <message>
      <source>{0} cannot be read ({1}); check it or take it out of the folder.</source>
      <translation>无法读取 {0}（{1}）；请检查它，或将它移出文件夹。</translation>
    </message>
    <message>
      <source>{0} says that it is larger than any picture; replace it or take it out of the folder.</source>
      <translation>{0} 标明的尺寸超过任何图片；请替换它，或将它移出文件夹。</translation>
    </message>
    <message>
      <source>{0} gives no picture: nothing came for {1:g} s. Check that it is on and no other program uses it.</source>
      <translation>{0} 没有画面：{1:g} 秒内没有收到任何内容。请确认它已开启，且没有其他程序在使用。</translation>
    </message>
    <message>
      <source>{0} gives no picture: it sends, but no key frame yet after {1:g} s. Let it send them more often.</source>
      <translation>{0} 没有画面：它在发送数据，但 {1:g} 秒后仍没有关键帧。请让它更频繁地发送关键帧。</translation>
    </message>
    <message>
      <source>{0} gives no picture: it ended. Check that it is on and no other program uses it.</source>
      <translation>{0} 没有画面：它已结束。请确认它已开启，且没有其他程序在使用。</translation>
    </message>
    <message>
      <source>{0} was lost at {1:.1f} s: it ended. Check its cable or network and start again.</source>
      <translation>{0} 在 {1:.1f} 秒时中断：它已结束。请检查线缆或网络后重新开始。</translation>
    </message>
    <message>
      <source>{0} was lost at {1:.1f} s. {2}</source>
      <translation>{0} 在 {1:.1f} 秒时中断。{2}</translation>
    </message>
    <message>
      <source>{0} was lost at {1:.1f} s: nothing came any more. Check its cable or network and start again.</source>
      <translation>{0} 在 {1:.1f} 秒时中断：不再有画面。请检查线缆或网络后重新开始。</translation>
    </message>
    <message>
      <source>{0} is no address that can be opened: those of streams begin with rtsp://, rtmp://, http://, udp:// or tcp://, and of a file the path is given.</source>
      <translation>{0} 不是可以打开的地址：流的地址以 rtsp://、rtmp://、http://、udp:// 或 tcp:// 开头，文件则请给出路径。</translation>
    </message>
    <message>
      <source>--recorded-at {0:g}: give how many frames were taken a second, such as 240.</source>
      <translation>--recorded-at {0:g}：请给出拍摄时每秒多少帧，例如 240。</translation>
    </message>
    <message>
      <source>--recorded-at is for video files; {0} is live, and comes at its true rate.</source>
      <translation>--recorded-at 用于视频文件；{0} 是实时的，已按实际速率。</translation>
    </message>
    <message>
      <source>--recorded-at is for video files; how many pictures of {0} follow each other in a second, --fps says.</source>
      <translation>--recorded-at 用于视频文件；{0} 的图片每秒多少张由 --fps 说明。</translation>
    </message>
    <message>
      <source>--fps is for pictures that follow one another; {0} tells its times itself.</source>
      <translation>--fps 用于前后相连的图片；{0} 自带时间。</translation>
    </message>
    <message>
      <source>{0} cannot hold a picture of {1} pixels; name it .png.</source>
      <translation>{0} 无法容纳 {1} 像素的图片；请让名称以 .png 结尾。</translation>
    </message>
    <message>
      <source>{0} can hold one picture, and there are more; name it .mp4 for a video of them.</source>
      <translation>{0} 只能容纳一张图片，而图片不止一张；要做成视频，请让名称以 .mp4 结尾。</translation>
    </message>
    <message>
      <source>{0} was not written, because there was not one picture to write.</source>
      <translation>{0} 未写入，因为没有任何画面可写。</translation>
    </message>
    <message>
      <source>Under Wayland a program may not read the screen: log in with an X11 session (often called “on Xorg”), or record the screen with the desktop's own recorder and open that file.</source>
      <translation>在 Wayland 下程序不能读取屏幕：请以 X11 会话（通常标为“on Xorg”）登录，或用桌面自带的录屏工具录制后打开该文件。</translation>
    </message>
    <message>
      <source>{0} shows less than {1} × {1} pixels of the screen, which goes from {2[left]},{2[top]} and is {2[width]} × {2[height]}: choose a larger region.</source>
      <translation>{0} 所显示的屏幕不足 {1} × {1} 像素；屏幕从 {2[left]},{2[top]} 开始，大小为 {2[width]} × {2[height]}：请选择更大的区域。</translation>
    </message>
    <message>
      <source>There is no screen {0}; there are {1}, counted from 1.</source>
      <translation>没有屏幕 {0}；此处有 {1} 个屏幕，从 1 开始计数。</translation>
    </message>
    <message>
      <source>The screen cannot be read ({0}): that needs a display, and on a Mac the permission to record it.</source>
      <translation>无法读取屏幕（{0}）：需要有显示器，在 Mac 上还需要屏幕录制权限。</translation>
    </message>
    <message>
      <source>{0} could not be written ({1}); try another kind, such as .mkv.</source>
      <translation>无法写入 {0}（{1}）；请换一种格式，例如 .mkv。</translation>
    </message>
    <message>
      <source>{0} does not end in a kind of video that can be written; name it one of {1}.</source>
      <translation>{0} 的扩展名不是可写入的视频格式；请使用以下之一：{1}。</translation>
    </message>
    <message>
      <source>{0} is the video that is being read; give another name for the new one.</source>
      <translation>{0} 是正在读取的视频；请为新视频换一个名称。</translation>
    </message>
    <message>
      <source>{0} could not be written ({1}).</source>
      <translation>无法写入 {0}（{1}）。</translation>
    </message>
    <message>
      <source>{0} cannot be opened ({1}); check the address and the network.</source>
      <translation>无法打开 {0}（{1}）；请检查地址和网络。</translation>
    </message>
    <message>
      <source>{0} does not accept this name and password; check them (in an address % is written as %25).</source>
      <translation>{0} 不接受此用户名和密码；请检查（在地址中 % 写作 %25）。</translation>
    </message>
    <message>
      <source>{0} cannot be opened ({1}); check the address (write / as %2F, ? as %3F and # as %23 in a password).</source>
      <translation>无法打开 {0}（{1}）；请检查地址（密码中 / 写作 %2F，? 写作 %3F，# 写作 %23）。</translation>
    </message>
    <message>
      <source>{0} cannot be opened: no host {1} is known; check its name and the network.</source>
      <translation>无法打开 {0}：找不到主机 {1}；请检查名称和网络。</translation>
    </message>
    <message>
      <source>{0} sends no video; give the address of a video stream.</source>
      <translation>{0} 不发送视频；请输入视频流的地址。</translation>
    </message>
    <message>
      <source>{0} is a recording, not a live stream; download it and open the file.</source>
      <translation>{0} 是录像，不是实时流；请下载后打开文件。</translation>
    </message>
    <message>
      <source>{0} sends its pictures in pieces of some seconds ({1}), which cannot be watched live; give the address of its RTSP or RTMP stream.</source>
      <translation>{0} 按几秒一段发送画面（{1}），无法实时观看；请输入其 RTSP 或 RTMP 流的地址。</translation>
    </message>
    <message>
      <source>{0} is a single picture, not a stream; give the address of the camera's video.</source>
      <translation>{0} 是单张图片，不是流；请输入摄像头视频的地址。</translation>
    </message>
    <message>
      <source>{0} wants a name and a password; give them in the address: {1}://NAME:PASSWORD@HOST.</source>
      <translation>{0} 需要用户名和密码；请写在地址中：{1}://NAME:PASSWORD@HOST。</translation>
    </message>
    <message>
      <source>{0} can be fetched by a person only: open {1}, get {2}, and run `skelter models import {2} --name {0}`.</source>
      <translation>{0} 只能由人手动获取：打开 {1}，取得 {2}，然后运行 `skelter models import {2} --name {0}`。</translation>
    </message>
    <message>
      <source>the network in {0} is not the one known (its SHA-256 differs): do not use it.</source>
      <translation>{0} 中的网络与已知的不同（SHA-256 不一致）；请勿使用。</translation>
    </message>
    <message>
      <source>{0} holds a {1} network, not a {2} network: do not use it.</source>
      <translation>{0} 中是 {1} 网络，而不是 {2} 网络；请勿使用。</translation>
    </message>
    <message>
      <source>{0} is no zip file, or a damaged one: fetch it again, and from elsewhere if that does not help.</source>
      <translation>{0} 不是 zip 文件，或已损坏；请重新获取，若仍不行请从别处获取。</translation>
    </message>
    <message>
      <source>{0} can only be read by Ultralytics' own code (AGPL-3.0): run `pip install 'skelter[yolo]'` first, or give the model exported to ONNX.</source>
      <translation>{0} 只能由 Ultralytics 自己的代码（AGPL-3.0）读取；请先运行 `pip install 'skelter[yolo]'`，或提供导出为 ONNX 的模型。</translation>
    </message>
    <message>
      <source>Ultralytics cannot export {0} ({1}): export it to ONNX elsewhere.</source>
      <translation>Ultralytics 无法导出 {0}（{1}）；请在别处导出为 ONNX。</translation>
    </message>
    <message>
      <source>{0} cannot be fetched ({1}): check the network, or bring {2} by hand and run `skelter models import {3} --name {0}`.</source>
      <translation>无法获取 {0}（{1}）；请检查网络，或手动下载 {2}，然后运行 `skelter models import {3} --name {0}`。</translation>
    </message>
    <message>
      <source>{0} is a PyTorch checkpoint: import it with `skelter models import`.</source>
      <translation>{0} 是 PyTorch 检查点；请用 `skelter models import` 导入。</translation>
    </message>
    <message>
      <source>{0} holds {1} files `end2end.onnx`, not one: fetch it again.</source>
      <translation>{0} 中有 {1} 个 `end2end.onnx` 文件，而不是一个；请重新获取。</translation>
    </message>
    <message>
      <source>{0} is not the file that {1} was made of: joints lie right only on a copy of that.</source>
      <translation>{1} 并非出自 {0}：只有在原文件的副本上，关节位置才正确。</translation>
    </message>
    <message>
      <source>{0} was made of {1} ({2}), not of {3} ({4}): joints lie right only where both begin with the same picture.</source>
      <translation>{0} 出自 {1}（{2}），而不是 {3}（{4}）：只有两者从同一画面开始，关节位置才正确。</translation>
    </message>
    <message>
      <source>Not of this run: {0}.</source>
      <translation>不属于此次导出：{0}。</translation>
    </message>
    <message>
      <source>OpenSim's tools end at a gap, so what is not known lies on a straight line between what is, on so many of the frames: {0}.</source>
      <translation>OpenSim 的工具遇到空缺就会停止，因此未知的值取前后已知值之间的直线；所涉帧数：{0}。</translation>
    </message>
    <message>
      <source>The angles of {0} are sizes without signs, because which way they look is not known; say it to `skelter export` with --facing.</source>
      <translation>不知道 {0} 朝向哪边，因此其角度没有正负号；请用 `skelter export` 的 --facing 说明。</translation>
    </message>
    <message>
      <source>{0} was smoothed by other times: that is left out; `skelter smooth` smooths anew.</source>
      <translation>{0} 是按其他时间平滑的：平滑结果已略去；可用 `skelter smooth` 重新平滑。</translation>
    </message>
    <message>
      <source>The ids in {0} are not used, because {1}: people are followed instead.</source>
      <translation>{0} 中的编号未被采用（{1}）：改为重新跟踪。</translation>
    </message>
    <message>
      <source>{0} begins with frame 1: where that is the first of the video, --first-frame 1 puts people on it, who are a frame late otherwise.</source>
      <translation>{0} 从第 1 帧开始：若那是视频的首帧，请用 --first-frame 1 对齐，否则人会晚一帧。</translation>
    </message>
    <message>
      <source>A sound track of an unknown kind is left out.</source>
      <translation>略去了一条未知类型的音轨。</translation>
    </message>
    <message>
      <source>Sound of {0} cannot be mixed into {1} and is left out.</source>
      <translation>{0} 的声音无法混成 {1}，已略去。</translation>
    </message>
    <message>
      <source>The sound of {0} ends early: {1}.</source>
      <translation>{0} 的声音提前结束：{1}。</translation>
    </message>
    <message>
      <source>Skelter JSON, loss-free</source>
      <translation>Skelter JSON，无损</translation>
    </message>
    <message>
      <source>Skelter JSON lines</source>
      <translation>Skelter JSON lines</translation>
    </message>
    <message>
      <source>a row for each person in each frame</source>
      <translation>每帧每人一行</translation>
    </message>
    <message>
      <source>a row for each keypoint</source>
      <translation>每个关键点一行</translation>
    </message>
    <message>
      <source>joint angles in degrees, a row for each person in each frame</source>
      <translation>关节角度（度），每帧每人一行</translation>
    </message>
    <message>
      <source>range of motion and repetitions, a row for each joint angle</source>
      <translation>关节活动范围和重复次数，每个关节角度一行</translation>
    </message>
    <message>
      <source>speeds of body and joints, a row for each person in each frame</source>
      <translation>身体和关节的速度，每帧每人一行</translation>
    </message>
    <message>
      <source>table for pandas and others (Parquet)</source>
      <translation>供 pandas 等使用的表格（Parquet）</translation>
    </message>
    <message>
      <source>COCO keypoint results</source>
      <translation>COCO 关键点结果</translation>
    </message>
    <message>
      <source>PoseTrack18 JSON</source>
      <translation>PoseTrack18 JSON</translation>
    </message>
    <message>
      <source>a folder of OpenPose BODY_25 files</source>
      <translation>OpenPose BODY_25 文件的文件夹</translation>
    </message>
    <message>
      <source>markers, a file for each person</source>
      <translation>标记点，每人一个文件</translation>
    </message>
    <message>
      <source>MOTChallenge text</source>
      <translation>MOTChallenge 文本</translation>
    </message>
    <message>
      <source>OpenSim motion, a file for each person</source>
      <translation>OpenSim 运动，每人一个文件</translation>
    </message>
  </context>
</TS>
