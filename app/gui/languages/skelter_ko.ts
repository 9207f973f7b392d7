<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ko" sourcelanguage="en">
  <context>
    <name>Skelter</name>
    <message>
      <source>About Skelter</source>
      <translation>Skelter 정보</translation>
    </message>
    <message>
      <source>Versions and licences</source>
      <translation>버전과 라이선스</translation>
    </message>
    <message>
      <source>Copy all of it, to send with a report</source>
      <translation>보고서에 첨부할 수 있도록 전체 내용을 복사합니다</translation>
    </message>
    <message>
      <source>Skelter's own code is under the Apache License 2.0.</source>
      <translation>Skelter 자체 코드에는 Apache License 2.0이 적용됩니다.</translation>
    </message>
    <message>
      <source>Copy</source>
      <translation>복사</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>닫기</translation>
    </message>
    <message>
      <source>The window uses Qt {0} (LGPL-3.0) and PyQt {1}, which is under the GPL-3.0 or a commercial licence: who passes Skelter on together with PyQt6 does so under the GPL-3.0, or with a licence bought from Riverbank Computing. The command line does not use it.</source>
      <translation>이 창은 Qt {0}(LGPL-3.0)과 PyQt {1}을(를) 사용합니다. PyQt는 GPL-3.0 또는 상용 라이선스로 제공되므로, Skelter를 PyQt6와 함께 배포하려면 GPL-3.0을 따르거나 Riverbank Computing에서 구입한 라이선스가 있어야 합니다. 명령줄 도구는 PyQt를 사용하지 않습니다.</translation>
    </message>
    <message>
      <source>Videos are read and written by FFmpeg {0}, which comes with PyAV and contains the encoder x264 (GPL-2.0 or later).</source>
      <translation>동영상은 PyAV에 포함된 FFmpeg {0}(으)로 읽고 씁니다. 여기에는 x264 인코더(GPL-2.0 이상)가 들어 있습니다.</translation>
    </message>
    <message>
      <source>Networks, and their terms</source>
      <translation>신경망과 이용 조건</translation>
    </message>
    <message>
      <source>Libraries</source>
      <translation>라이브러리</translation>
    </message>
    <message>
      <source>Trained on: {0}</source>
      <translation>학습 데이터: {0}</translation>
    </message>
    <message>
      <source>Skelter was ended before corrections of {0} were saved. They were kept, as of {1}.</source>
      <translation>{0}에서 수정한 내용을 저장하기 전에 Skelter가 종료되었습니다. {1}까지의 내용은 보관되어 있습니다.</translation>
    </message>
    <message>
      <source>Skelter was ended while it recorded. What was recorded is there: {0}.</source>
      <translation>녹화하는 동안 Skelter가 종료되었습니다. 녹화된 내용은 남아 있습니다: {0}.</translation>
    </message>
    <message>
      <source>Open them</source>
      <translation>열기</translation>
    </message>
    <message>
      <source>Keep it</source>
      <translation>보관</translation>
    </message>
    <message>
      <source>Copy report</source>
      <translation>보고서 복사</translation>
    </message>
    <message>
      <source>Saved {0}.</source>
      <translation>{0}을(를) 저장했습니다.</translation>
    </message>
    <message>
      <source>Skelter ended unexpectedly the last time. Nothing was sent.</source>
      <translation>지난번에 Skelter가 예기치 않게 종료되었습니다. 아무것도 전송되지 않았습니다.</translation>
    </message>
    <message>
      <source>Choose a person: click on one in the picture, or on a name at the right.</source>
      <translation>사람을 선택하세요. 화면 속 사람이나 오른쪽의 이름을 클릭하면 됩니다.</translation>
    </message>
    <message>
      <source>Loading the curve …</source>
      <translation>곡선을 불러오는 중…</translation>
    </message>
    <message>
      <source>What to measure</source>
      <translation>측정할 항목</translation>
    </message>
    <message>
      <source>Joint</source>
      <translation>관절</translation>
    </message>
    <message>
      <source>Of which joint or part of the body</source>
      <translation>어느 관절 또는 신체 부위를 측정할지</translation>
    </message>
    <message>
      <source>Both sides</source>
      <translation>양쪽</translation>
    </message>
    <message>
      <source>Without a scale: pixels in the place of metres</source>
      <translation>축척 없이: 미터 대신 픽셀로</translation>
    </message>
    <message>
      <source>Take the scale back</source>
      <translation>축척 취소</translation>
    </message>
    <message>
      <source>Copy times and values, to paste into a spreadsheet</source>
      <translation>스프레드시트에 붙여 넣을 수 있도록 시간과 값을 복사합니다</translation>
    </message>
    <message>
      <source>Save table…</source>
      <translation>표 저장…</translation>
    </message>
    <message>
      <source>Write times and values into a file</source>
      <translation>시간과 값을 파일에 저장합니다</translation>
    </message>
    <message>
      <source>The curve as a picture</source>
      <translation>곡선을 그림으로</translation>
    </message>
    <message>
      <source>Copy values</source>
      <translation>값 복사</translation>
    </message>
    <message>
      <source>Angle</source>
      <translation>각도</translation>
    </message>
    <message>
      <source>Speed</source>
      <translation>속도</translation>
    </message>
    <message>
      <source>Height in the picture</source>
      <translation>화면 안의 높이</translation>
    </message>
    <message>
      <source>Place across the picture</source>
      <translation>화면 안의 가로 위치</translation>
    </message>
    <message>
      <source>Show the curve of the other side of the body too (Shift+A)</source>
      <translation>몸의 반대쪽 곡선도 함께 표시 (Shift+A)</translation>
    </message>
    <message>
      <source>What is chosen has no left and no right</source>
      <translation>선택한 항목에는 왼쪽과 오른쪽이 없습니다</translation>
    </message>
    <message>
      <source>Set scale…</source>
      <translation>축척 설정…</translation>
    </message>
    <message>
      <source>Tell a known length, or how tall somebody is, for metres in the place of pixels</source>
      <translation>아는 길이나 사람의 키를 입력해 픽셀 대신 미터로 표시합니다</translation>
    </message>
    <message>
      <source>The scale: click to tell it anew</source>
      <translation>축척입니다. 누르면 다시 정합니다</translation>
    </message>
    <message>
      <source>The joints of this angle are not seen on any frame analysed so far.</source>
      <translation>지금까지 분석한 프레임 어디에서도 이 각도의 관절이 보이지 않습니다.</translation>
    </message>
    <message>
      <source>This joint is not seen on any frame analysed so far.</source>
      <translation>지금까지 분석한 프레임 어디에서도 이 관절이 보이지 않습니다.</translation>
    </message>
    <message>
      <source>{0} px = 1 m</source>
      <translation>{0}픽셀 = 1 m</translation>
    </message>
    <message>
      <source>Copy details</source>
      <translation>자세한 내용 복사</translation>
    </message>
    <message>
      <source>Copy a technical description, to send with a report</source>
      <translation>보고서에 첨부할 기술적인 설명을 복사합니다</translation>
    </message>
    <message>
      <source>Close this message</source>
      <translation>이 메시지 닫기</translation>
    </message>
    <message>
      <source>Copied</source>
      <translation>복사됨</translation>
    </message>
    <message>
      <source>{0} was lost: it sends nothing more. It is tried again in {1} s.</source>
      <translation>{0}의 연결이 끊어졌습니다: 더 이상 화면을 보내지 않습니다. {1}초 후 다시 시도합니다.</translation>
    </message>
    <message>
      <source>{0} was lost. {2} It is tried again in {1} s.</source>
      <translation>{0}의 연결이 끊어졌습니다. {2} {1}초 후 다시 시도합니다.</translation>
    </message>
    <message>
      <source>{0} was lost: no picture comes. It is tried again in {1} s.</source>
      <translation>{0}의 연결이 끊어졌습니다: 화면이 오지 않습니다. {1}초 후 다시 시도합니다.</translation>
    </message>
    <message>
      <source>Open &amp;lately used</source>
      <translation>최근에 연 항목(&amp;L)</translation>
    </message>
    <message>
      <source>Tools</source>
      <translation>도구</translation>
    </message>
    <message>
      <source>Whole body</source>
      <translation>전신</translation>
    </message>
    <message>
      <source>Legs</source>
      <translation>다리</translation>
    </message>
    <message>
      <source>Arms</source>
      <translation>팔</translation>
    </message>
    <message>
      <source>Hips</source>
      <translation>엉덩이</translation>
    </message>
    <message>
      <source>Knees</source>
      <translation>무릎</translation>
    </message>
    <message>
      <source>Ankles and feet</source>
      <translation>발목과 발</translation>
    </message>
    <message>
      <source>Shoulders</source>
      <translation>어깨</translation>
    </message>
    <message>
      <source>Elbows</source>
      <translation>팔꿈치</translation>
    </message>
    <message>
      <source>Wrists</source>
      <translation>손목</translation>
    </message>
    <message>
      <source>Nose</source>
      <translation>코</translation>
    </message>
    <message>
      <source>Left eye</source>
      <translation>왼쪽 눈</translation>
    </message>
    <message>
      <source>Right eye</source>
      <translation>오른쪽 눈</translation>
    </message>
    <message>
      <source>Left ear</source>
      <translation>왼쪽 귀</translation>
    </message>
    <message>
      <source>Right ear</source>
      <translation>오른쪽 귀</translation>
    </message>
    <message>
      <source>Left shoulder</source>
      <translation>왼쪽 어깨</translation>
    </message>
    <message>
      <source>Right shoulder</source>
      <translation>오른쪽 어깨</translation>
    </message>
    <message>
      <source>Left elbow</source>
      <translation>왼쪽 팔꿈치</translation>
    </message>
    <message>
      <source>Right elbow</source>
      <translation>오른쪽 팔꿈치</translation>
    </message>
    <message>
      <source>Left wrist</source>
      <translation>왼쪽 손목</translation>
    </message>
    <message>
      <source>Right wrist</source>
      <translation>오른쪽 손목</translation>
    </message>
    <message>
      <source>Left hip</source>
      <translation>왼쪽 엉덩이</translation>
    </message>
    <message>
      <source>Right hip</source>
      <translation>오른쪽 엉덩이</translation>
    </message>
    <message>
      <source>Left knee</source>
      <translation>왼쪽 무릎</translation>
    </message>
    <message>
      <source>Right knee</source>
      <translation>오른쪽 무릎</translation>
    </message>
    <message>
      <source>Left ankle</source>
      <translation>왼쪽 발목</translation>
    </message>
    <message>
      <source>Right ankle</source>
      <translation>오른쪽 발목</translation>
    </message>
    <message>
      <source>Head</source>
      <translation>머리</translation>
    </message>
    <message>
      <source>Top of the head</source>
      <translation>정수리</translation>
    </message>
    <message>
      <source>Bottom of the head</source>
      <translation>머리 아래쪽</translation>
    </message>
    <message>
      <source>Upper neck</source>
      <translation>목 위쪽</translation>
    </message>
    <message>
      <source>Chest</source>
      <translation>가슴</translation>
    </message>
    <message>
      <source>Pelvis</source>
      <translation>골반</translation>
    </message>
    <message>
      <source>Middle of the hips</source>
      <translation>골반 중앙</translation>
    </message>
    <message>
      <source>Left big toe</source>
      <translation>왼쪽 엄지발가락</translation>
    </message>
    <message>
      <source>Right big toe</source>
      <translation>오른쪽 엄지발가락</translation>
    </message>
    <message>
      <source>Left small toe</source>
      <translation>왼쪽 새끼발가락</translation>
    </message>
    <message>
      <source>Right small toe</source>
      <translation>오른쪽 새끼발가락</translation>
    </message>
    <message>
      <source>Left heel</source>
      <translation>왼쪽 발뒤꿈치</translation>
    </message>
    <message>
      <source>Right heel</source>
      <translation>오른쪽 발뒤꿈치</translation>
    </message>
    <message>
      <source>Left thigh</source>
      <translation>왼쪽 허벅지</translation>
    </message>
    <message>
      <source>Right thigh</source>
      <translation>오른쪽 허벅지</translation>
    </message>
    <message>
      <source>Left shank</source>
      <translation>왼쪽 정강이</translation>
    </message>
    <message>
      <source>Right shank</source>
      <translation>오른쪽 정강이</translation>
    </message>
    <message>
      <source>Trunk</source>
      <translation>몸통</translation>
    </message>
    <message>
      <source>Neck</source>
      <translation>목</translation>
    </message>
    <message>
      <source>Shoulders' tilt</source>
      <translation>어깨 기울기</translation>
    </message>
    <message>
      <source>Hips' tilt</source>
      <translation>골반 기울기</translation>
    </message>
    <message>
      <source>Left</source>
      <translation>왼쪽</translation>
    </message>
    <message>
      <source>Right</source>
      <translation>오른쪽</translation>
    </message>
    <message>
      <source>Choose a camera</source>
      <translation>카메라 선택</translation>
    </message>
    <message>
      <source>Cameras</source>
      <translation>카메라</translation>
    </message>
    <message>
      <source>As usual (1280 × 720)</source>
      <translation>기본값(1280 × 720)</translation>
    </message>
    <message>
      <source>The camera's choice</source>
      <translation>카메라가 정하는 대로</translation>
    </message>
    <message>
      <source>Looking for cameras …</source>
      <translation>카메라를 찾는 중…</translation>
    </message>
    <message>
      <source>Open camera</source>
      <translation>카메라 열기</translation>
    </message>
    <message>
      <source>Cancel</source>
      <translation>취소</translation>
    </message>
    <message>
      <source>Size</source>
      <translation>크기</translation>
    </message>
    <message>
      <source>Larger pictures show people who are far away better, and take longer</source>
      <translation>화면이 클수록 멀리 있는 사람이 더 잘 보이지만 시간이 더 걸립니다</translation>
    </message>
    <message>
      <source>Pictures a second</source>
      <translation>초당 화면 수</translation>
    </message>
    <message>
      <source>How many pictures the camera takes in a second</source>
      <translation>카메라가 1초에 찍는 화면 수</translation>
    </message>
    <message>
      <source>Opened by</source>
      <translation>여는 방법</translation>
    </message>
    <message>
      <source>Where the usual way takes long to open a camera, another may be quicker</source>
      <translation>보통 방법으로 카메라를 여는 데 오래 걸리면 다른 방법이 더 빠를 수 있습니다</translation>
    </message>
    <message>
      <source>A camera that is plugged in now appears here.</source>
      <translation>지금 카메라를 연결하면 여기에 나타납니다.</translation>
    </message>
    <message>
      <source>No camera was found. Plug one in: it appears here.</source>
      <translation>카메라를 찾지 못했습니다. 연결하면 여기에 나타납니다.</translation>
    </message>
    <message>
      <source>{0} (usual)</source>
      <translation>{0}(기본)</translation>
    </message>
    <message>
      <source>Camera {0}</source>
      <translation>카메라 {0}</translation>
    </message>
    <message>
      <source>The camera takes long to open. Wait, or open it in another way.</source>
      <translation>카메라를 여는 데 오래 걸립니다. 기다리거나 다른 방법으로 여세요.</translation>
    </message>
    <message>
      <source>Choose how…</source>
      <translation>방법 선택…</translation>
    </message>
    <message>
      <source>the name of {0}</source>
      <translation>{0}의 이름</translation>
    </message>
    <message>
      <source>everybody but {0} is left out</source>
      <translation>{0} 외 모두 제외</translation>
    </message>
    <message>
      <source>{0} and {1} are one</source>
      <translation>{0}, {1} 합치기</translation>
    </message>
    <message>
      <source>{0} is somebody else from frame {1} on</source>
      <translation>프레임 {1}부터 {0}은(는) 다른 사람</translation>
    </message>
    <message>
      <source>{0} and {1} are exchanged from frame {2} on</source>
      <translation>프레임 {2}부터 {0}, {1} 맞바꾸기</translation>
    </message>
    <message>
      <source>{0} of {1} on frame {2}</source>
      <translation>{1}의 {0}, 프레임 {2}</translation>
    </message>
    <message>
      <source>joints of {0} are put back, as of frame {1}</source>
      <translation>프레임 {1}부터 {0}의 관절을 제자리로 되돌리기</translation>
    </message>
    <message>
      <source>the moment on frame {0} is right as it is</source>
      <translation>프레임 {0}의 순간을 그대로 맞다고 함</translation>
    </message>
    <message>
      <source>left and right of {0} are exchanged, as of frame {1}</source>
      <translation>프레임 {1}부터 {0}의 왼쪽과 오른쪽 맞바꾸기</translation>
    </message>
    <message>
      <source>{0} is left out</source>
      <translation>{0} 제외</translation>
    </message>
    <message>
      <source>{0} is no longer left out</source>
      <translation>{0} 제외 해제</translation>
    </message>
    <message>
      <source>Keyboard shortcuts</source>
      <translation>키보드 단축키</translation>
    </message>
    <message>
      <source>Mouse</source>
      <translation>마우스</translation>
    </message>
    <message>
      <source>Choose a person</source>
      <translation>사람 선택</translation>
    </message>
    <message>
      <source>Click</source>
      <translation>클릭</translation>
    </message>
    <message>
      <source>What can be done with a person</source>
      <translation>사람에 대한 작업 메뉴</translation>
    </message>
    <message>
      <source>Right click</source>
      <translation>오른쪽 클릭</translation>
    </message>
    <message>
      <source>Move a joint of the person chosen</source>
      <translation>선택한 사람의 관절 옮기기</translation>
    </message>
    <message>
      <source>Drag it</source>
      <translation>끌기</translation>
    </message>
    <message>
      <source>Set scale</source>
      <translation>축척 설정</translation>
    </message>
    <message>
      <source>Its button, then drag</source>
      <translation>버튼을 누른 뒤 끌기</translation>
    </message>
    <message>
      <source>Enlarge, and move the picture</source>
      <translation>화면 확대와 이동</translation>
    </message>
    <message>
      <source>Wheel, drag</source>
      <translation>휠, 끌기</translation>
    </message>
    <message>
      <source>Full screen</source>
      <translation>전체 화면</translation>
    </message>
    <message>
      <source>Double click</source>
      <translation>두 번 클릭</translation>
    </message>
    <message>
      <source>Mark a range on the timeline</source>
      <translation>타임라인에서 구간 지정</translation>
    </message>
    <message>
      <source>Shift + drag</source>
      <translation>Shift + 끌기</translation>
    </message>
    <message>
      <source>See a picture of another moment</source>
      <translation>다른 순간의 화면 미리 보기</translation>
    </message>
    <message>
      <source>Rest on the timeline</source>
      <translation>타임라인 위에 올려놓기</translation>
    </message>
    <message>
      <source>That was the last one; on from the first.</source>
      <translation>마지막까지 왔으므로 처음부터 이어갑니다.</translation>
    </message>
    <message>
      <source>That holds for the {0} of {1} frames that are analysed so far.</source>
      <translation>지금까지 분석된 프레임 {0}/{1}개에 대한 결과입니다.</translation>
    </message>
    <message>
      <source>{0} of {1} in the marked range: {2}</source>
      <translation>지정한 구간 {0}/{1}: {2}</translation>
    </message>
    <message>
      <source>{0} of {1}: {2}</source>
      <translation>{0}/{1}: {2}</translation>
    </message>
    <message>
      <source>That was the first one; on from the last.</source>
      <translation>처음까지 왔으므로 마지막부터 이어갑니다.</translation>
    </message>
    <message>
      <source>Everything in the marked range was looked at: {0} corrected, {1} left as found.</source>
      <translation>지정한 구간을 모두 확인했습니다. 바로잡음 {0}개, 그대로 둠 {1}개.</translation>
    </message>
    <message>
      <source>Everything was looked at: {0} corrected, {1} left as found.</source>
      <translation>모두 확인했습니다. 바로잡음 {0}개, 그대로 둠 {1}개.</translation>
    </message>
    <message>
      <source>This moment is corrected.</source>
      <translation>이 순간을 바로잡았습니다.</translation>
    </message>
    <message>
      <source>Looking for moments to check …</source>
      <translation>확인할 순간을 찾는 중 …</translation>
    </message>
    <message>
      <source>It is right</source>
      <translation>그대로 맞음</translation>
    </message>
    <message>
      <source>There is nothing to check in the marked range.</source>
      <translation>지정한 구간에는 확인할 것이 없습니다.</translation>
    </message>
    <message>
      <source>There is nothing to check.</source>
      <translation>확인할 것이 없습니다.</translation>
    </message>
    <message>
      <source>Next</source>
      <translation>다음</translation>
    </message>
    <message>
      <source>Video</source>
      <translation>동영상</translation>
    </message>
    <message>
      <source>Fetching the demo clip (4 MB, once) …</source>
      <translation>데모 영상을 받는 중(4 MB, 한 번만)…</translation>
    </message>
    <message>
      <source>A range has two frames at least; nothing was changed.</source>
      <translation>구간은 두 프레임 이상이어야 합니다. 바뀐 것은 없습니다.</translation>
    </message>
    <message>
      <source>{0} is the same as …</source>
      <translation>{0}와(과) 같은 사람…</translation>
    </message>
    <message>
      <source>From here on, {0} is exchanged with …</source>
      <translation>여기부터 {0}와(과) 맞바꿀 사람…</translation>
    </message>
    <message>
      <source>The language changes when Skelter is started again.</source>
      <translation>Skelter를 다시 시작하면 언어가 바뀝니다.</translation>
    </message>
    <message>
      <source>Exchange left and right of {0} in the marked range:</source>
      <translation>지정한 구간에서 {0}의 왼쪽과 오른쪽을 맞바꿀 부위:</translation>
    </message>
    <message>
      <source>Exchange left and right of {0} on this frame:</source>
      <translation>이 프레임에서만 {0}의 왼쪽과 오른쪽을 맞바꿀 부위:</translation>
    </message>
    <message>
      <source>Picture</source>
      <translation>그림</translation>
    </message>
    <message>
      <source>Show in folder</source>
      <translation>폴더에서 보기</translation>
    </message>
    <message>
      <source>The picture is on the clipboard.</source>
      <translation>그림이 클립보드에 복사되었습니다.</translation>
    </message>
    <message>
      <source>Exchange left and right of {0} from here on:</source>
      <translation>여기부터 {0}의 왼쪽과 오른쪽을 맞바꿀 부위:</translation>
    </message>
    <message>
      <source>Second video</source>
      <translation>두 번째 동영상</translation>
    </message>
    <message>
      <source>Timeline of the second video</source>
      <translation>두 번째 동영상의 타임라인</translation>
    </message>
    <message>
      <source>Move the second video until both show the same moment: they stay in step from there</source>
      <translation>두 동영상이 같은 순간을 보일 때까지 두 번째 동영상을 옮기세요. 그때부터 함께 움직입니다</translation>
    </message>
    <message>
      <source>Second video one frame back</source>
      <translation>두 번째 동영상 한 프레임 뒤로</translation>
    </message>
    <message>
      <source>Second video one frame on</source>
      <translation>두 번째 동영상 한 프레임 앞으로</translation>
    </message>
    <message>
      <source>Both from their beginnings</source>
      <translation>둘 다 처음부터 맞추기</translation>
    </message>
    <message>
      <source>Stop comparing</source>
      <translation>비교 끝내기</translation>
    </message>
    <message>
      <source>same time in both</source>
      <translation>두 동영상의 시간이 같음</translation>
    </message>
    <message>
      <source>Right: {0}</source>
      <translation>오른쪽: {0}</translation>
    </message>
    <message>
      <source>{0:.2f} s later than the first</source>
      <translation>첫 번째보다 {0:.2f}초 뒤</translation>
    </message>
    <message>
      <source>{0:.2f} s earlier than the first</source>
      <translation>첫 번째보다 {0:.2f}초 앞</translation>
    </message>
    <message>
      <source>The session is open without the video it was compared with: {0}</source>
      <translation>비교하던 동영상 없이 세션을 열었습니다: {0}</translation>
    </message>
    <message>
      <source>Something unexpected went wrong. You can go on working.</source>
      <translation>예기치 못한 문제가 생겼습니다. 작업은 계속할 수 있습니다.</translation>
    </message>
    <message>
      <source>Opening …</source>
      <translation>여는 중…</translation>
    </message>
    <message>
      <source>The curve's values are on the clipboard.</source>
      <translation>곡선 값이 클립보드에 복사되었습니다.</translation>
    </message>
    <message>
      <source>The curve's values in the marked range are on the clipboard.</source>
      <translation>지정한 구간의 곡선 값이 클립보드에 복사되었습니다.</translation>
    </message>
    <message>
      <source>The curve is on the clipboard as a picture.</source>
      <translation>곡선이 그림으로 클립보드에 복사되었습니다.</translation>
    </message>
    <message>
      <source>No value of the curve is in this part, so there is no picture of it.</source>
      <translation>이 구간에는 곡선의 값이 없어 그림을 만들지 않았습니다.</translation>
    </message>
    <message>
      <source>Table</source>
      <translation>표</translation>
    </message>
    <message>
      <source>Joints that jump for a moment do not count in how far it goes</source>
      <translation>잠깐 튀는 관절은 범위 계산에 넣지 않습니다</translation>
    </message>
    <message>
      <source>Lowest and highest value</source>
      <translation>최솟값과 최댓값</translation>
    </message>
    <message>
      <source>Mean and highest speed</source>
      <translation>평균 및 최고 속도</translation>
    </message>
    <message>
      <source>Not seen in the marked range</source>
      <translation>지정한 구간에서는 보이지 않음</translation>
    </message>
    <message numerus="yes">
      <source>%n swings of {1:.0f}° or more, {0:.1f} s each</source>
      <translation>
        <numerusform>{1:.0f}° 이상 움직임 %n회, 회당 {0:.1f}초</numerusform>
      </translation>
    </message>
    <message>
      <source>Up and down again, in the marked range; joints that jump for a moment do not count</source>
      <translation>지정한 구간에서 올라갔다 내려온 횟수이며, 관절이 잠깐 튀는 것은 세지 않습니다</translation>
    </message>
    <message>
      <source>Up and down again; joints that jump for a moment do not count</source>
      <translation>올라갔다 내려온 횟수이며, 관절이 잠깐 튀는 것은 세지 않습니다</translation>
    </message>
    <message>
      <source>{0} to {1}</source>
      <translation>{0} ~ {1}</translation>
    </message>
    <message>
      <source>mean {0}, highest {1}</source>
      <translation>평균 {0}, 최고 {1}</translation>
    </message>
    <message>
      <source>(without sign)</source>
      <translation>(부호 없음)</translation>
    </message>
    <message>
      <source>Joints that jump for a moment do not count; steady joints (Y) tell more exactly</source>
      <translation>잠깐 튀는 관절은 계산에 넣지 않습니다. '관절 떨림 줄이기'(Y)를 켜면 더 정확합니다</translation>
    </message>
    <message>
      <source>It cannot be told which way this person looks, so forward and back are not told apart. Of somebody who turns round, mark a range in which he looks one way</source>
      <translation>이 사람이 어느 쪽을 보는지 알 수 없어 앞뒤 방향을 구분하지 않습니다. 도중에 돌아서는 사람은 한쪽만 보는 구간을 지정하세요</translation>
    </message>
    <message>
      <source>No swings of {0:.0f}° or more</source>
      <translation>{0:.0f}° 이상의 움직임 없음</translation>
    </message>
    <message>
      <source>Join</source>
      <translation>합치기</translation>
    </message>
    <message>
      <source>Swap</source>
      <translation>바꾸기</translation>
    </message>
    <message>
      <source>Leave out</source>
      <translation>제외</translation>
    </message>
    <message>
      <source>Exchange</source>
      <translation>맞바꾸기</translation>
    </message>
    <message>
      <source>Put back</source>
      <translation>제자리로</translation>
    </message>
    <message>
      <source>the same person?</source>
      <translation>같은 사람?</translation>
    </message>
    <message>
      <source>exchanged?</source>
      <translation>뒤바뀜?</translation>
    </message>
    <message>
      <source>anybody?</source>
      <translation>사람이 맞나?</translation>
    </message>
    <message>
      <source>left and right?</source>
      <translation>왼쪽과 오른쪽?</translation>
    </message>
    <message>
      <source>a joint that leaps?</source>
      <translation>튀는 관절?</translation>
    </message>
    <message>
      <source>to check: {0}: {1}</source>
      <translation>확인: {0}: {1}</translation>
    </message>
    <message>
      <source>{1} of {0} leaps away here. Put it back between before and after, or drag it.</source>
      <translation>{0}의 {1}이(가) 여기서 튑니다. 앞뒤 프레임 사이의 제자리로 되돌리거나 끌어다 놓으세요.</translation>
    </message>
    <message>
      <source>{1} of {0} leap away here. Put them back between before and after, or drag them.</source>
      <translation>{0}의 관절이 여기서 튑니다: {1}. 앞뒤 프레임 사이의 제자리로 되돌리거나 끌어다 놓으세요.</translation>
    </message>
    <message>
      <source>Is {1} the same person as {0}, who is last seen here?</source>
      <translation>{1}은(는) 여기서 마지막으로 보이는 {0}와(과) 같은 사람인가요?</translation>
    </message>
    <message>
      <source>Is {1} the same person as {0}, who went out of sight {2} s before?</source>
      <translation>{1}은(는) {2}초 전에 사라진 {0}와(과) 같은 사람인가요?</translation>
    </message>
    <message>
      <source>May {0} and {1} have been exchanged here, where they meet?</source>
      <translation>{0}와(과) {1}이(가) 만나는 여기서 서로 뒤바뀌었나요?</translation>
    </message>
    <message>
      <source>Is {0} anybody? Seen for {1} s only.</source>
      <translation>{0}은(는) 실제 사람인가요? {1}초 동안만 보입니다.</translation>
    </message>
    <message>
      <source>Left and right of {0} may be exchanged for {1} s: {2}.</source>
      <translation>{0}의 왼쪽과 오른쪽이 {1}초 동안 뒤바뀐 듯합니다: {2}.</translation>
    </message>
    <message>
      <source>People</source>
      <translation>사람</translation>
    </message>
    <message>
      <source>{0} is not on this frame.</source>
      <translation>{0}은(는) 이 프레임에 없습니다.</translation>
    </message>
    <message>
      <source>{0} is not seen from this frame on.</source>
      <translation>{0}은(는) 이 프레임부터는 보이지 않습니다.</translation>
    </message>
    <message>
      <source>Go there</source>
      <translation>이동하기</translation>
    </message>
    <message>
      <source>{0} is not seen before this frame: split where somebody else begins.</source>
      <translation>{0}은(는) 이 프레임보다 앞에는 보이지 않습니다. 다른 사람이 시작되는 곳에서 나누세요.</translation>
    </message>
    <message>
      <source>{0} is not in the marked range.</source>
      <translation>{0}은(는) 지정한 구간에 없습니다.</translation>
    </message>
    <message>
      <source>Undone: {0}.</source>
      <translation>실행 취소함: {0}.</translation>
    </message>
    <message>
      <source>Redone: {0}.</source>
      <translation>다시 실행함: {0}.</translation>
    </message>
    <message>
      <source>nobody is left out any more</source>
      <translation>모두 제외 해제</translation>
    </message>
    <message>
      <source>automatic</source>
      <translation>자동</translation>
    </message>
    <message>
      <source>Analyse this video again</source>
      <translation>이 동영상 다시 분석</translation>
    </message>
    <message>
      <source>Forget what was found, and find everyone anew with what is chosen above</source>
      <translation>지금까지의 결과를 지우고 위에서 선택한 설정으로 모든 사람을 다시 찾습니다</translation>
    </message>
    <message>
      <source>More models, and engines…</source>
      <translation>더 많은 모델과 엔진…</translation>
    </message>
    <message>
      <source>Fetch or import other networks, and make them faster here</source>
      <translation>다른 신경망을 받거나 가져오고, 이 컴퓨터에서 더 빠르게 만듭니다</translation>
    </message>
    <message>
      <source>Detector</source>
      <translation>검출기</translation>
    </message>
    <message>
      <source>The network that finds people on a picture</source>
      <translation>화면에서 사람을 찾는 신경망</translation>
    </message>
    <message>
      <source>Joints</source>
      <translation>관절</translation>
    </message>
    <message>
      <source>The network that places the joints of each person</source>
      <translation>각 사람의 관절 위치를 정하는 신경망</translation>
    </message>
    <message>
      <source>Runs on</source>
      <translation>실행 환경</translation>
    </message>
    <message>
      <source>The library, and so the processor, that the networks run on</source>
      <translation>신경망을 실행하는 라이브러리와 그에 따른 프로세서</translation>
    </message>
    <message>
      <source>Precision</source>
      <translation>정밀도</translation>
    </message>
    <message>
      <source>Less is faster, and places joints a little less exactly</source>
      <translation>낮을수록 빠르지만 관절 위치가 조금 덜 정확합니다</translation>
    </message>
    <message>
      <source>Looks</source>
      <translation>보는 횟수</translation>
    </message>
    <message>
      <source>In the mirror too: joints are surer, and take twice as long</source>
      <translation>좌우를 뒤집은 모습도 봅니다: 관절이 더 확실해지지만 시간이 두 배 걸립니다</translation>
    </message>
    <message>
      <source>Distance</source>
      <translation>거리</translation>
    </message>
    <message>
      <source>Far away too: finds people who are small on the picture, and looks for everybody longer</source>
      <translation>멀리 있는 사람도: 화면에 작게 보이는 사람까지 찾으며, 사람을 찾는 데 시간이 더 걸립니다</translation>
    </message>
    <message>
      <source>Tracker</source>
      <translation>추적기</translation>
    </message>
    <message>
      <source>How people are told apart from one picture to the next</source>
      <translation>화면이 바뀌어도 사람들을 구별하는 방법</translation>
    </message>
    <message>
      <source>once</source>
      <translation>한 번</translation>
    </message>
    <message>
      <source>twice, mirrored too</source>
      <translation>두 번, 좌우 반전 포함</translation>
    </message>
    <message>
      <source>usual</source>
      <translation>보통</translation>
    </message>
    <message>
      <source>far away too</source>
      <translation>멀리 있는 사람도</translation>
    </message>
    <message>
      <source>Progress of the export</source>
      <translation>내보내기 진행률</translation>
    </message>
    <message>
      <source>waiting</source>
      <translation>대기 중</translation>
    </message>
    <message>
      <source>Stop the export; nothing is left behind</source>
      <translation>내보내기를 중단합니다. 아무 파일도 남지 않습니다</translation>
    </message>
    <message>
      <source>cancelling …</source>
      <translation>취소하는 중…</translation>
    </message>
    <message>
      <source>starting …</source>
      <translation>시작하는 중…</translation>
    </message>
    <message>
      <source>Exporting {0}</source>
      <translation>{0} 내보내는 중</translation>
    </message>
    <message>
      <source>Cancel the export of {0}</source>
      <translation>{0} 내보내기 취소</translation>
    </message>
    <message>
      <source>frame {0}</source>
      <translation>{0}번째 프레임</translation>
    </message>
    <message>
      <source>{0} s left</source>
      <translation>{0}초 남음</translation>
    </message>
    <message>
      <source>about {0} min left</source>
      <translation>약 {0}분 남음</translation>
    </message>
    <message>
      <source>{0} was not written: the video it was to be of is not open any more.</source>
      <translation>{0}을(를) 저장하지 않았습니다. 해당 동영상이 더 이상 열려 있지 않습니다.</translation>
    </message>
    <message>
      <source>The export was cancelled; nothing was written.</source>
      <translation>내보내기를 취소했습니다. 저장된 파일은 없습니다.</translation>
    </message>
    <message>
      <source>{0} was not written: nobody is in it.</source>
      <translation>{0}을(를) 저장하지 않았습니다. 기록할 사람이 없습니다.</translation>
    </message>
    <message>
      <source>Saved {0}: frames {1} to {2}, the range marked.</source>
      <translation>{0}을(를) 저장했습니다. 지정한 구간인 {1}~{2}번째 프레임입니다.</translation>
    </message>
    <message>
      <source>Nobody is found. Looking at parts of the pictures, too, finds people far away, and takes longer.</source>
      <translation>아무도 찾지 못했습니다. 화면을 부분으로도 나누어 살피면 멀리 있는 사람을 찾을 수 있지만 시간이 더 걸립니다.</translation>
    </message>
    <message>
      <source>Most people are small here. Looking at parts of the pictures, too, finds more, and takes longer.</source>
      <translation>여기서는 사람들이 대부분 작게 보입니다. 화면을 부분으로도 나누어 살피면 더 많이 찾지만 시간이 더 걸립니다.</translation>
    </message>
    <message>
      <source>Look far away too</source>
      <translation>멀리 있는 사람도 찾기</translation>
    </message>
    <message>
      <source>Analyse again, far away too</source>
      <translation>멀리 있는 사람도 다시 분석</translation>
    </message>
    <message>
      <source>Go to</source>
      <translation>이동</translation>
    </message>
    <message>
      <source>A frame as the counter shows it, or a time in minutes and seconds:</source>
      <translation>카운터에 표시되는 프레임 번호, 또는 분과 초로 된 시간:</translation>
    </message>
    <message>
      <source>Frames count from 1, as in the counter under the video.</source>
      <translation>프레임 번호는 동영상 아래 카운터처럼 1부터 시작합니다.</translation>
    </message>
    <message>
      <source>Write a frame such as 4711, or a time such as 1:23.4.</source>
      <translation>4711 같은 프레임 번호나 1:23.4 같은 시간을 입력하세요.</translation>
    </message>
    <message>
      <source>Models and engines</source>
      <translation>모델과 엔진</translation>
    </message>
    <message>
      <source>Import a file…</source>
      <translation>파일 가져오기…</translation>
    </message>
    <message>
      <source>Make a network of your own run by name: an ONNX file or a checkpoint</source>
      <translation>직접 가진 신경망(ONNX 파일 또는 체크포인트)을 이름으로 쓸 수 있게 합니다</translation>
    </message>
    <message>
      <source>Fetch</source>
      <translation>받기</translation>
    </message>
    <message>
      <source>Download it from its publisher, and make it run by name</source>
      <translation>배포처에서 내려받아 이름으로 쓸 수 있게 합니다</translation>
    </message>
    <message>
      <source>Build an engine</source>
      <translation>엔진 빌드</translation>
    </message>
    <message>
      <source>Make of it what runs fastest on this computer; used from then on if it proves as exact</source>
      <translation>이 컴퓨터에서 가장 빠른 형태로 만듭니다. 정확도가 같다고 확인되면 그때부터 사용합니다</translation>
    </message>
    <message>
      <source>Use</source>
      <translation>사용</translation>
    </message>
    <message>
      <source>Find people or their joints with it from now on</source>
      <translation>지금부터 이것으로 사람이나 관절을 찾습니다</translation>
    </message>
    <message>
      <source>Stop it; what was downloaded is gone on with next time</source>
      <translation>중단합니다. 내려받은 부분은 다음에 이어서 받습니다</translation>
    </message>
    <message>
      <source>Close this window; what is under way goes on</source>
      <translation>이 창을 닫습니다. 진행 중인 작업은 계속됩니다</translation>
    </message>
    <message>
      <source>Search by name, licence, state …</source>
      <translation>이름, 라이선스, 상태로 검색…</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>검색</translation>
    </message>
    <message>
      <source>About the model chosen</source>
      <translation>선택한 모델에 대하여</translation>
    </message>
    <message>
      <source>Progress</source>
      <translation>진행률</translation>
    </message>
    <message>
      <source>I have read the licence {0}, and accept it for what I make with this model</source>
      <translation>{0} 라이선스를 읽었으며, 이 모델로 만드는 것에 대해 동의합니다</translation>
    </message>
    <message>
      <source>Models</source>
      <translation>모델</translation>
    </message>
    <message>
      <source>Licence: {0}</source>
      <translation>라이선스: {0}</translation>
    </message>
    <message>
      <source>Accuracy: {0}</source>
      <translation>정확도: {0}</translation>
    </message>
    <message>
      <source>Engines: {0}</source>
      <translation>엔진: {0}</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>이름</translation>
    </message>
    <message>
      <source>Finds</source>
      <translation>찾는 대상</translation>
    </message>
    <message>
      <source>State</source>
      <translation>상태</translation>
    </message>
    <message>
      <source>Accuracy</source>
      <translation>정확도</translation>
    </message>
    <message>
      <source>Licence</source>
      <translation>라이선스</translation>
    </message>
    <message>
      <source>in use</source>
      <translation>사용 중</translation>
    </message>
    <message>
      <source>here, engine built</source>
      <translation>설치됨, 엔진 있음</translation>
    </message>
    <message>
      <source>to be fetched by hand</source>
      <translation>직접 받아야 함</translation>
    </message>
    <message>
      <source>comes with Skelter</source>
      <translation>Skelter에 포함</translation>
    </message>
    <message>
      <source>here</source>
      <translation>설치됨</translation>
    </message>
    <message>
      <source>can be fetched</source>
      <translation>받을 수 있음</translation>
    </message>
    <message>
      <source>people</source>
      <translation>사람</translation>
    </message>
    <message>
      <source>joints</source>
      <translation>관절</translation>
    </message>
    <message>
      <source>{0:.1f} MB</source>
      <translation>{0:.1f} MB</translation>
    </message>
    <message>
      <source>That did not work; the main window has the details.</source>
      <translation>작업에 실패했습니다. 자세한 내용은 주 창에 있습니다.</translation>
    </message>
    <message>
      <source>Cancelling {0} …</source>
      <translation>{0} 취소하는 중…</translation>
    </message>
    <message>
      <source>Fetching {0} …</source>
      <translation>{0} 받는 중…</translation>
    </message>
    <message>
      <source>Importing {0} …</source>
      <translation>{0} 가져오는 중…</translation>
    </message>
    <message>
      <source>Building an engine of {0} …</source>
      <translation>{0}의 엔진을 빌드하는 중…</translation>
    </message>
    <message>
      <source>{0} is here now; press Use to find people with it.</source>
      <translation>{0}을(를) 받았습니다. 사용 버튼을 누르면 이것으로 사람을 찾습니다.</translation>
    </message>
    <message>
      <source>{0} was imported; press Use to find people with it.</source>
      <translation>{0}을(를) 가져왔습니다. 사용 버튼을 누르면 이것으로 사람을 찾습니다.</translation>
    </message>
    <message>
      <source>The engine of {0} is built, and is used from now on.</source>
      <translation>{0}의 엔진을 빌드했으며 지금부터 사용합니다.</translation>
    </message>
    <message>
      <source>{0}: cancelled.</source>
      <translation>{0}: 취소했습니다.</translation>
    </message>
    <message>
      <source>How thick lines and points are drawn</source>
      <translation>선과 점을 그리는 굵기</translation>
    </message>
    <message>
      <source>None</source>
      <translation>없음</translation>
    </message>
    <message>
      <source>Heat of a joint</source>
      <translation>관절 히트맵</translation>
    </message>
    <message>
      <source>Joint certainty from</source>
      <translation>관절 신뢰도 하한</translation>
    </message>
    <message>
      <source>Line width</source>
      <translation>선 굵기</translation>
    </message>
    <message>
      <source>Where the network sees a joint, and how surely: before it decides for one place ({0} goes on to the next). Shown only, not exported; it takes a second look at everyone</source>
      <translation>신경망이 한 곳을 정하기 전에 관절을 어디서 얼마나 확실하게 보는지 표시합니다({0} 키로 다음 관절). 화면에만 표시되고 내보내지 않으며, 모든 사람을 한 번 더 분석합니다</translation>
    </message>
    <message>
      <source>Joints that the program is less sure of are neither drawn nor counted in curves and tables ({0} and {1} change it)</source>
      <translation>신뢰도가 이보다 낮은 관절은 그리지 않고 곡선과 표에도 쓰지 않습니다({0}, {1} 키로 조절)</translation>
    </message>
    <message>
      <source>Recording</source>
      <translation>녹화</translation>
    </message>
    <message>
      <source>Overlay</source>
      <translation>오버레이</translation>
    </message>
    <message>
      <source>Engines</source>
      <translation>엔진</translation>
    </message>
    <message>
      <source>Nobody yet. Everyone who is followed appears here, with a colour.</source>
      <translation>아직 아무도 없습니다. 추적하는 사람이 색과 함께 여기에 나타납니다.</translation>
    </message>
    <message numerus="yes">
      <source>Check %n moments</source>
      <translation>
        <numerusform>확인할 순간 %n개</numerusform>
      </translation>
    </message>
    <message>
      <source>Follow</source>
      <translation>따라가기</translation>
    </message>
    <message>
      <source>Split</source>
      <translation>나누기</translation>
    </message>
    <message>
      <source>People seen</source>
      <translation>보인 사람</translation>
    </message>
    <message>
      <source>Click somebody, here or in the picture: the buttons are about who is chosen</source>
      <translation>여기나 화면에서 사람을 클릭하세요. 버튼은 선택한 사람에게 적용됩니다</translation>
    </message>
    <message>
      <source>Check…</source>
      <translation>확인…</translation>
    </message>
    <message>
      <source>Nothing to check</source>
      <translation>확인할 것 없음</translation>
    </message>
    <message>
      <source>Person {0}</source>
      <translation>사람 {0}</translation>
    </message>
    <message>
      <source>Name of person {0}</source>
      <translation>{0}번 사람의 이름</translation>
    </message>
    <message>
      <source>How long this person was seen so far</source>
      <translation>지금까지 이 사람이 보인 시간</translation>
    </message>
    <message>
      <source>How sure the joints on the frame shown are, on average</source>
      <translation>표시된 프레임에서 관절의 평균 신뢰도</translation>
    </message>
    <message>
      <source>Left out of picture and exports; click to show</source>
      <translation>화면과 내보내기에서 제외됨. 클릭하면 다시 표시</translation>
    </message>
    <message>
      <source>Click to leave out</source>
      <translation>클릭하면 제외</translation>
    </message>
    <message>
      <source>Person</source>
      <translation>사람</translation>
    </message>
    <message>
      <source>Seen for</source>
      <translation>보인 시간</translation>
    </message>
    <message>
      <source>Sure</source>
      <translation>신뢰도</translation>
    </message>
    <message>
      <source>Number {0}; double-click to give a name</source>
      <translation>{0}번. 두 번 클릭하면 이름을 붙일 수 있습니다</translation>
    </message>
    <message>
      <source>{0} frames</source>
      <translation>{0}프레임</translation>
    </message>
    <message>
      <source>{0}, number {1}; double-click to change the name</source>
      <translation>{0}, {1}번. 두 번 클릭하면 이름을 바꿉니다</translation>
    </message>
    <message>
      <source>Curve</source>
      <translation>곡선</translation>
    </message>
    <message>
      <source>People will get new numbers, so your corrections are taken back. Analyse again?</source>
      <translation>사람들에게 새 번호가 붙으므로 수정한 내용이 취소됩니다. 다시 분석할까요?</translation>
    </message>
    <message>
      <source>The session is still being saved. Go on without waiting? It will not be saved then.</source>
      <translation>세션을 아직 저장하는 중입니다. 기다리지 않고 계속할까요? 그러면 저장되지 않습니다.</translation>
    </message>
    <message>
      <source>Open a video</source>
      <translation>동영상 열기</translation>
    </message>
    <message>
      <source>Open a folder of pictures</source>
      <translation>그림 폴더 열기</translation>
    </message>
    <message>
      <source>Folder for recordings</source>
      <translation>녹화 파일을 저장할 폴더</translation>
    </message>
    <message>
      <source>Import a network</source>
      <translation>신경망 가져오기</translation>
    </message>
    <message>
      <source>There is a model called {0} already. Another name, or the same to replace it:</source>
      <translation>{0}(이)라는 모델이 이미 있습니다. 다른 이름을 쓰거나, 바꾸려면 같은 이름을 쓰세요:</translation>
    </message>
    <message>
      <source>A model called {0} comes with Skelter. Another name:</source>
      <translation>{0}(이)라는 모델은 Skelter에 들어 있습니다. 다른 이름:</translation>
    </message>
    <message>
      <source>Open a stream</source>
      <translation>스트림 열기</translation>
    </message>
    <message>
      <source>Address of the stream (rtsp://… or http://…):</source>
      <translation>스트림 주소(rtsp://… 또는 http://…):</translation>
    </message>
    <message>
      <source>There is a file called {0} already. Replace it?</source>
      <translation>{0}(이)라는 파일이 이미 있습니다. 바꿀까요?</translation>
    </message>
    <message>
      <source>{0} are there already. Those of people who are in this export are replaced. Go on?</source>
      <translation>이미 있는 파일: {0}. 이번에 내보내는 사람의 파일은 바뀝니다. 계속할까요?</translation>
    </message>
    <message>
      <source>Save as</source>
      <translation>다른 이름으로 저장</translation>
    </message>
    <message>
      <source>How long is that in reality, in metres?</source>
      <translation>실제 길이는 몇 미터입니까?</translation>
    </message>
    <message>
      <source>Write metres as a number from 0.001 to 999.999, such as 1.75:</source>
      <translation>0.001에서 999.999 사이의 숫자로 미터를 입력하세요. 예: 1.75</translation>
    </message>
    <message>
      <source>Analyse again</source>
      <translation>다시 분석</translation>
    </message>
    <message>
      <source>Export under way</source>
      <translation>내보내는 중</translation>
    </message>
    <message>
      <source>An export is still under way. Stop it and close?</source>
      <translation>아직 내보내는 중입니다. 중단하고 닫을까요?</translation>
    </message>
    <message>
      <source>Session being saved</source>
      <translation>세션 저장 중</translation>
    </message>
    <message>
      <source>Keep your work?</source>
      <translation>작업을 보관할까요?</translation>
    </message>
    <message>
      <source>Videos, sessions and results ({0});;All files (*)</source>
      <translation>동영상, 세션, 결과 ({0});;모든 파일 (*)</translation>
    </message>
    <message>
      <source>Networks ({0});;All files (*)</source>
      <translation>신경망 ({0});;모든 파일 (*)</translation>
    </message>
    <message>
      <source>{0} shows {1} pictures a second. How many a second were recorded? Then all times and speeds are those of what happened. It plays as before.</source>
      <translation>{0}은(는) 초당 {1}장을 보여 줍니다. 초당 몇 장으로 촬영했습니까? 모든 시간과 속도를 실제 움직임의 것으로 셉니다. 재생은 그대로입니다.</translation>
    </message>
    <message>
      <source>Recorded at</source>
      <translation>촬영 속도</translation>
    </message>
    <message>
      <source>Write pictures a second as a number from 0.01 to 100000, such as 240:</source>
      <translation>0.01에서 100000 사이의 숫자로 초당 장수를 입력하세요. 예: 240</translation>
    </message>
    <message>
      <source>Not all that you corrected or marked in {0} is saved. Save it as a session?</source>
      <translation>{0}에서 수정하거나 표시한 내용 중 저장되지 않은 것이 있습니다. 세션으로 저장할까요?</translation>
    </message>
    <message>
      <source>How tall is {0}, in metres?</source>
      <translation>{0}의 키는 몇 미터입니까?</translation>
    </message>
    <message>
      <source>Write how tall {0} is in metres, at most 3, such as 1.75:</source>
      <translation>{0}의 키를 미터 단위로 3 이하의 숫자로 입력하세요. 예: 1.75</translation>
    </message>
    <message>
      <source>Write every picture of the camera, with nothing drawn on it</source>
      <translation>카메라의 모든 화면을 아무것도 그리지 않고 저장합니다</translation>
    </message>
    <message>
      <source>Write the analysed pictures as they are shown here</source>
      <translation>분석한 화면을 여기 보이는 그대로 저장합니다</translation>
    </message>
    <message>
      <source>Write every joint of every analysed picture, as Skelter JSON lines</source>
      <translation>분석한 모든 화면의 모든 관절을 Skelter JSON lines로 저장합니다</translation>
    </message>
    <message>
      <source>The folder that recordings go to; click to choose another</source>
      <translation>녹화 파일이 저장되는 폴더. 클릭하면 바꿀 수 있습니다</translation>
    </message>
    <message>
      <source>{0} pictures are missing: this computer was too busy to write them.</source>
      <translation>화면 {0}개가 빠졌습니다. 컴퓨터가 바빠서 저장하지 못했습니다.</translation>
    </message>
    <message>
      <source>Picture as it is</source>
      <translation>원본 화면</translation>
    </message>
    <message>
      <source>Picture with people</source>
      <translation>사람을 그린 화면</translation>
    </message>
    <message>
      <source>Data</source>
      <translation>데이터</translation>
    </message>
    <message>
      <source>Nothing is chosen to be recorded; switch something on.</source>
      <translation>녹화할 항목이 없습니다. 하나 이상 켜세요.</translation>
    </message>
    <message>
      <source>The recording could not be saved.</source>
      <translation>녹화를 저장하지 못했습니다.</translation>
    </message>
    <message>
      <source>into {0}</source>
      <translation>{0}에 저장</translation>
    </message>
    <message>
      <source>For {0:.0f} s of it no picture came.</source>
      <translation>그중 {0:.0f}초 동안은 화면이 오지 않았습니다.</translation>
    </message>
    <message>
      <source>Nor could be written: {0}.</source>
      <translation>다음 파일도 저장하지 못했습니다: {0}.</translation>
    </message>
    <message>
      <source>What was written before is {0}.</source>
      <translation>그때까지 저장한 것은 {0}에 있습니다.</translation>
    </message>
    <message>
      <source>Nothing was recorded: no picture came.</source>
      <translation>녹화된 것이 없습니다. 화면이 오지 않았습니다.</translation>
    </message>
    <message>
      <source>By a person's height…</source>
      <translation>키로 설정…</translation>
    </message>
    <message numerus="yes">
      <source>Scale: {0:.0f} pixels are one metre, measured on %n frames known so far in the marked range.</source>
      <translation>
        <numerusform>축척: {0:.0f}픽셀이 1미터입니다. 지정한 구간에서 지금까지 분석된 프레임 %n개에서 측정했습니다.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Scale: {0:.0f} pixels are one metre, measured on %n frames known so far.</source>
      <translation>
        <numerusform>축척: {0:.0f}픽셀이 1미터입니다. 지금까지 분석된 프레임 %n개에서 측정했습니다.</numerusform>
      </translation>
    </message>
    <message>
      <source>Draw a line in the picture over something whose length you know, near the person.</source>
      <translation>사람 가까이에서 길이를 아는 물체를 따라 화면에 선을 그으세요.</translation>
    </message>
    <message>
      <source>That line is too short; draw it from one end of the known length to the other.</source>
      <translation>선이 너무 짧습니다. 아는 길이의 한쪽 끝에서 다른 쪽 끝까지 그으세요.</translation>
    </message>
    <message>
      <source>How tall {0} is cannot be measured: legs and trunk are not seen in the marked range so far.</source>
      <translation>{0}의 키를 잴 수 없습니다. 지정한 구간에서 지금까지 다리와 몸통이 보이지 않았습니다.</translation>
    </message>
    <message>
      <source>How tall {0} is cannot be measured: legs and trunk are not seen on any frame so far.</source>
      <translation>{0}의 키를 잴 수 없습니다. 지금까지 어느 프레임에서도 다리와 몸통이 보이지 않았습니다.</translation>
    </message>
    <message>
      <source>Draw a known length</source>
      <translation>아는 길이 그리기</translation>
    </message>
    <message>
      <source>Scale: {0:.0f} pixels are one metre.</source>
      <translation>축척: {0:.0f}픽셀이 1미터입니다.</translation>
    </message>
    <message>
      <source>Choose a part of the screen</source>
      <translation>화면 일부 선택</translation>
    </message>
    <message>
      <source>Drag over what is to be followed  ·  Enter: the whole screen  ·  Esc: nothing</source>
      <translation>추적할 부분을 끌어서 선택하세요  ·  Enter: 화면 전체  ·  Esc: 취소</translation>
    </message>
    <message>
      <source>No screen was found; plug one in, and try again.</source>
      <translation>화면을 찾지 못했습니다. 화면을 연결하고 다시 시도하세요.</translation>
    </message>
    <message>
      <source>This window covers part of what is watched: move it aside, or make it smaller.</source>
      <translation>이 창이 보고 있는 화면의 일부를 가립니다. 옆으로 옮기거나 작게 만드세요.</translation>
    </message>
    <message>
      <source>Only a video file can be compared with; record the camera first.</source>
      <translation>동영상 파일하고만 비교할 수 있습니다. 먼저 카메라를 녹화하세요.</translation>
    </message>
    <message>
      <source>Skelter session</source>
      <translation>Skelter 세션</translation>
    </message>
    <message>
      <source>Saving …</source>
      <translation>저장하는 중 …</translation>
    </message>
    <message>
      <source>Left and right are being compared …</source>
      <translation>왼쪽과 오른쪽을 비교하는 중 …</translation>
    </message>
    <message numerus="yes">
      <source>Left and right of {0} are put back on %n frames.</source>
      <translation>
        <numerusform>{0}의 왼쪽과 오른쪽을 프레임 %n개에서 바로잡았습니다.</numerusform>
      </translation>
    </message>
    <message>
      <source>Left and right of {0} were nowhere taken for each other for a moment in the marked range.</source>
      <translation>지정한 구간에는 {0}의 왼쪽과 오른쪽이 잠깐 서로 뒤바뀐 곳이 없습니다.</translation>
    </message>
    <message>
      <source>Left and right of {0} were nowhere taken for each other for a moment so far.</source>
      <translation>지금까지 {0}의 왼쪽과 오른쪽이 잠깐 서로 뒤바뀐 곳이 없습니다.</translation>
    </message>
    <message>
      <source>{0} says that it was recorded at {1} pictures/s; it shows them {2} times slower.</source>
      <translation>{0}은(는) 초당 {1}장으로 촬영되었다고 합니다. 동영상은 이를 {2}배 느리게 보여 줍니다.</translation>
    </message>
    <message>
      <source>recorded at {0} pictures/s, shown {1}× slower</source>
      <translation>초당 {0}장으로 촬영, {1}배 느리게 표시</translation>
    </message>
    <message>
      <source>recorded at {0} pictures/s, shown {1}× faster</source>
      <translation>초당 {0}장으로 촬영, {1}배 빠르게 표시</translation>
    </message>
    <message>
      <source>Times and speeds of {0} are as the video shows them.</source>
      <translation>{0}의 시간과 속도는 동영상이 보여 주는 그대로입니다.</translation>
    </message>
    <message>
      <source>Times and speeds of {0} are those of what happened; the video shows it {1} times slower.</source>
      <translation>{0}의 시간과 속도는 실제 움직임의 것입니다. 동영상은 이를 {1}배 느리게 보여 줍니다.</translation>
    </message>
    <message>
      <source>Times and speeds of {0} are those of what happened; the video shows it {1} times faster.</source>
      <translation>{0}의 시간과 속도는 실제 움직임의 것입니다. 동영상은 이를 {1}배 빠르게 보여 줍니다.</translation>
    </message>
    <message>
      <source>Undo</source>
      <translation>실행 취소</translation>
    </message>
    <message>
      <source>Count true times</source>
      <translation>실제 시간으로 세기</translation>
    </message>
    <message>
      <source>What is open</source>
      <translation>열려 있는 항목</translation>
    </message>
    <message>
      <source>What takes a moment just now</source>
      <translation>지금 진행 중인 작업</translation>
    </message>
    <message>
      <source>Finding people takes longer than a frame lasts here. What has been analysed once plays at full speed.</source>
      <translation>이 컴퓨터에서는 사람을 찾는 데 한 프레임보다 오래 걸립니다. 한 번 분석한 부분은 제 속도로 재생됩니다.</translation>
    </message>
    <message>
      <source>People on the frame shown who are followed</source>
      <translation>표시된 프레임에서 추적 중인 사람</translation>
    </message>
    <message>
      <source>Pictures shown per second</source>
      <translation>초당 표시되는 화면 수</translation>
    </message>
    <message>
      <source>Time to find the people and their joints on one frame</source>
      <translation>한 프레임에서 사람과 관절을 찾는 데 걸리는 시간</translation>
    </message>
    <message>
      <source>How old the picture is when you see it</source>
      <translation>화면이 보일 때까지 지연된 시간</translation>
    </message>
    <message>
      <source>Frames of the camera that were skipped to stay up to date</source>
      <translation>최신 화면을 유지하려고 건너뛴 카메라 프레임</translation>
    </message>
    <message>
      <source>What finds the people and their joints here:</source>
      <translation>여기서 사람과 관절을 찾는 것:</translation>
    </message>
    <message>
      <source>looking for people …</source>
      <translation>사람을 찾는 중…</translation>
    </message>
    <message numerus="yes">
      <source>%n people</source>
      <translation>
        <numerusform>%n명</numerusform>
      </translation>
    </message>
    <message>
      <source>nobody</source>
      <translation>아무도 없음</translation>
    </message>
    <message>
      <source>Finding people: not on this frame; where they were going was enough</source>
      <translation>사람 찾기: 이 프레임에서는 생략(예측한 위치로 충분)</translation>
    </message>
    <message>
      <source>{0:.0f} pictures/s</source>
      <translation>초당 {0:.0f}장</translation>
    </message>
    <message>
      <source>{0:.0f} ms per frame</source>
      <translation>프레임당 {0:.0f} ms</translation>
    </message>
    <message>
      <source>{0:.0f} ms behind</source>
      <translation>{0:.0f} ms 지연</translation>
    </message>
    <message>
      <source>{0} skipped</source>
      <translation>{0}개 건너뜀</translation>
    </message>
    <message>
      <source>analysing: {0:.2g}× speed</source>
      <translation>분석 중: {0:.2g}배속</translation>
    </message>
    <message>
      <source>Decoding: {0:.1f} ms</source>
      <translation>디코딩: {0:.1f} ms</translation>
    </message>
    <message>
      <source>Placing joints: {0:.1f} ms</source>
      <translation>관절 위치 찾기: {0:.1f} ms</translation>
    </message>
    <message>
      <source>Telling people apart: {0:.1f} ms</source>
      <translation>사람 구별: {0:.1f} ms</translation>
    </message>
    <message>
      <source>Finding people: {0:.1f} ms</source>
      <translation>사람 찾기: {0:.1f} ms</translation>
    </message>
    <message>
      <source>Timeline</source>
      <translation>타임라인</translation>
    </message>
    <message>
      <source>Frame {0}</source>
      <translation>프레임 {0}</translation>
    </message>
    <message>
      <source>+{0} without a line here; whoever is chosen has one</source>
      <translation>줄 없이 {0}명 더 있음; 선택한 사람의 줄은 항상 보임</translation>
    </message>
    <message>
      <source>Frame shown; the arrow keys go frame by frame</source>
      <translation>표시된 프레임. 화살표 키로 한 프레임씩 이동</translation>
    </message>
    <message>
      <source>people: {0}</source>
      <translation>사람: {0}</translation>
    </message>
    <message>
      <source>Click to go to a frame or a time</source>
      <translation>클릭하면 프레임이나 시간으로 이동합니다</translation>
    </message>
    <message>
      <source>Time in the video, of its whole length</source>
      <translation>전체 길이 중 현재 시간</translation>
    </message>
    <message>
      <source>How long the recording is</source>
      <translation>녹화한 시간</translation>
    </message>
    <message>
      <source>Frame shown, of all frames</source>
      <translation>전체 프레임 중 표시된 프레임</translation>
    </message>
    <message>
      <source>How fast to play; slow motion helps to see a movement</source>
      <translation>재생 속도. 느린 재생은 동작을 보는 데 도움이 됩니다</translation>
    </message>
    <message>
      <source>Pause</source>
      <translation>일시 정지</translation>
    </message>
    <message>
      <source>Play</source>
      <translation>재생</translation>
    </message>
    <message>
      <source>Frame {0} of {1}</source>
      <translation>프레임 {0} / {1}</translation>
    </message>
    <message>
      <source>{0} missing</source>
      <translation>{0}개 누락</translation>
    </message>
    <message>
      <source>File</source>
      <translation>파일</translation>
    </message>
    <message>
      <source>Playback</source>
      <translation>재생</translation>
    </message>
    <message>
      <source>View</source>
      <translation>보기</translation>
    </message>
    <message>
      <source>Help</source>
      <translation>도움말</translation>
    </message>
    <message>
      <source>&amp;Open video…</source>
      <translation>동영상 열기(&amp;O)…</translation>
    </message>
    <message>
      <source>Open a video file, or a session or result saved before</source>
      <translation>동영상 파일이나 전에 저장한 세션 또는 결과를 엽니다</translation>
    </message>
    <message>
      <source>Open &amp;camera</source>
      <translation>카메라 열기(&amp;C)</translation>
    </message>
    <message>
      <source>Watch a camera live</source>
      <translation>카메라를 실시간으로 봅니다</translation>
    </message>
    <message>
      <source>C&amp;hoose camera…</source>
      <translation>카메라 선택(&amp;H)…</translation>
    </message>
    <message>
      <source>Choose which camera, in which size and at which rate, and by what it is opened</source>
      <translation>어느 카메라를 어떤 크기와 속도로, 어떤 방법으로 열지 선택합니다</translation>
    </message>
    <message>
      <source>Ope&amp;n stream…</source>
      <translation>스트림 열기(&amp;N)…</translation>
    </message>
    <message>
      <source>Watch a network camera by its address</source>
      <translation>주소로 네트워크 카메라를 봅니다</translation>
    </message>
    <message>
      <source>Watch part of the sc&amp;reen…</source>
      <translation>화면 일부 보기(&amp;R)…</translation>
    </message>
    <message>
      <source>Follow people in a video call, a player or anything else that is shown</source>
      <translation>영상 통화, 재생기 등 화면에 보이는 사람을 추적합니다</translation>
    </message>
    <message>
      <source>Open &amp;picture folder…</source>
      <translation>그림 폴더 열기(&amp;P)…</translation>
    </message>
    <message>
      <source>Play a folder of pictures like a video</source>
      <translation>그림 폴더를 동영상처럼 재생합니다</translation>
    </message>
    <message>
      <source>Try the &amp;demo</source>
      <translation>데모 보기(&amp;D)</translation>
    </message>
    <message>
      <source>Fetch a clip of a runner once, and open it</source>
      <translation>달리는 사람의 영상을 한 번 받아서 엽니다</translation>
    </message>
    <message>
      <source>Compare &amp;with…</source>
      <translation>비교하기(&amp;W)…</translation>
    </message>
    <message>
      <source>Show a second video beside this one, in step with it</source>
      <translation>두 번째 동영상을 옆에 놓고 함께 재생합니다</translation>
    </message>
    <message>
      <source>Stop comparin&amp;g</source>
      <translation>비교 끝내기(&amp;G)</translation>
    </message>
    <message>
      <source>Close the second video</source>
      <translation>두 번째 동영상을 닫습니다</translation>
    </message>
    <message>
      <source>Save &amp;session</source>
      <translation>세션 저장(&amp;S)</translation>
    </message>
    <message>
      <source>Keep results, corrections and names in one file</source>
      <translation>결과, 수정 내용, 이름을 한 파일에 저장합니다</translation>
    </message>
    <message>
      <source>Save session &amp;as…</source>
      <translation>다른 이름으로 세션 저장(&amp;A)…</translation>
    </message>
    <message>
      <source>Keep them under another name</source>
      <translation>다른 이름으로 저장합니다</translation>
    </message>
    <message>
      <source>&amp;Export video…</source>
      <translation>동영상 내보내기(&amp;E)…</translation>
    </message>
    <message>
      <source>Write the video, or the range marked, with everyone drawn on it</source>
      <translation>모든 사람을 그린 동영상 또는 지정한 구간을 저장합니다</translation>
    </message>
    <message>
      <source>Expor&amp;t data…</source>
      <translation>데이터 내보내기(&amp;T)…</translation>
    </message>
    <message>
      <source>Write every joint of every frame, or of the range marked, as a table or JSON</source>
      <translation>모든 프레임 또는 지정한 구간의 모든 관절을 표나 JSON으로 저장합니다</translation>
    </message>
    <message>
      <source>&amp;Models and engines…</source>
      <translation>모델과 엔진(&amp;M)…</translation>
    </message>
    <message>
      <source>Fetch, import and choose the networks that find people, and make them faster here</source>
      <translation>사람을 찾는 신경망을 받고, 가져오고, 고르고, 더 빠르게 만듭니다</translation>
    </message>
    <message>
      <source>Save p&amp;icture…</source>
      <translation>그림 저장(&amp;I)…</translation>
    </message>
    <message>
      <source>Write the picture that is shown, in full size, as a file</source>
      <translation>표시된 화면을 원래 크기의 파일로 저장합니다</translation>
    </message>
    <message>
      <source>Cop&amp;y picture</source>
      <translation>그림 복사(&amp;Y)</translation>
    </message>
    <message>
      <source>Put the picture that is shown on the clipboard</source>
      <translation>표시된 화면을 클립보드에 복사합니다</translation>
    </message>
    <message>
      <source>Close &amp;video</source>
      <translation>동영상 닫기(&amp;V)</translation>
    </message>
    <message>
      <source>Back to the start page</source>
      <translation>시작 화면으로 돌아갑니다</translation>
    </message>
    <message>
      <source>&amp;Quit</source>
      <translation>종료(&amp;Q)</translation>
    </message>
    <message>
      <source>Close the program</source>
      <translation>프로그램을 닫습니다</translation>
    </message>
    <message>
      <source>&amp;Play or pause</source>
      <translation>재생 또는 일시 정지(&amp;P)</translation>
    </message>
    <message>
      <source>Play or pause</source>
      <translation>재생 또는 일시 정지</translation>
    </message>
    <message>
      <source>One frame &amp;back</source>
      <translation>한 프레임 뒤로(&amp;B)</translation>
    </message>
    <message>
      <source>One frame back</source>
      <translation>한 프레임 뒤로</translation>
    </message>
    <message>
      <source>One frame o&amp;n</source>
      <translation>한 프레임 앞으로(&amp;N)</translation>
    </message>
    <message>
      <source>One frame on</source>
      <translation>한 프레임 앞으로</translation>
    </message>
    <message>
      <source>One second bac&amp;k</source>
      <translation>1초 뒤로(&amp;K)</translation>
    </message>
    <message>
      <source>One second back</source>
      <translation>1초 뒤로</translation>
    </message>
    <message>
      <source>One second &amp;on</source>
      <translation>1초 앞으로(&amp;O)</translation>
    </message>
    <message>
      <source>One second on</source>
      <translation>1초 앞으로</translation>
    </message>
    <message>
      <source>To the &amp;start</source>
      <translation>처음으로(&amp;S)</translation>
    </message>
    <message>
      <source>To the first frame</source>
      <translation>첫 프레임으로</translation>
    </message>
    <message>
      <source>To the &amp;end</source>
      <translation>끝으로(&amp;E)</translation>
    </message>
    <message>
      <source>To the last frame</source>
      <translation>마지막 프레임으로</translation>
    </message>
    <message>
      <source>Go to fr&amp;ame or time…</source>
      <translation>프레임이나 시간으로 이동(&amp;A)…</translation>
    </message>
    <message>
      <source>Go to a frame by its number, or to a time</source>
      <translation>번호로 프레임에, 또는 시간으로 이동합니다</translation>
    </message>
    <message>
      <source>Range f&amp;rom here</source>
      <translation>여기부터 구간(&amp;R)</translation>
    </message>
    <message>
      <source>The range to play over and over begins here</source>
      <translation>반복 재생할 구간이 여기서 시작됩니다</translation>
    </message>
    <message>
      <source>Range &amp;up to here</source>
      <translation>여기까지 구간(&amp;U)</translation>
    </message>
    <message>
      <source>The range to play over and over ends here</source>
      <translation>반복 재생할 구간이 여기서 끝납니다</translation>
    </message>
    <message>
      <source>No ran&amp;ge</source>
      <translation>구간 해제(&amp;G)</translation>
    </message>
    <message>
      <source>Play the whole video again</source>
      <translation>다시 동영상 전체를 재생합니다</translation>
    </message>
    <message>
      <source>S&amp;lower</source>
      <translation>느리게(&amp;L)</translation>
    </message>
    <message>
      <source>Play slower</source>
      <translation>더 느리게 재생합니다</translation>
    </message>
    <message>
      <source>&amp;Faster</source>
      <translation>빠르게(&amp;F)</translation>
    </message>
    <message>
      <source>Play faster</source>
      <translation>더 빠르게 재생합니다</translation>
    </message>
    <message>
      <source>S&amp;top</source>
      <translation>중지(&amp;T)</translation>
    </message>
    <message>
      <source>Stop watching</source>
      <translation>보기를 중지합니다</translation>
    </message>
    <message>
      <source>Re&amp;cord</source>
      <translation>녹화(&amp;C)</translation>
    </message>
    <message>
      <source>Record the camera; the panel at the right says what and where</source>
      <translation>카메라를 녹화합니다. 녹화할 내용과 위치는 오른쪽 패널에서 정합니다</translation>
    </message>
    <message>
      <source>&amp;Mirror</source>
      <translation>거울(&amp;M)</translation>
    </message>
    <message>
      <source>Show the camera as a mirror does</source>
      <translation>카메라 화면을 거울처럼 보여 줍니다</translation>
    </message>
    <message>
      <source>&amp;Undo</source>
      <translation>실행 취소(&amp;U)</translation>
    </message>
    <message>
      <source>Take the last correction back</source>
      <translation>마지막 수정을 취소합니다</translation>
    </message>
    <message>
      <source>&amp;Redo</source>
      <translation>다시 실행(&amp;R)</translation>
    </message>
    <message>
      <source>Make the correction again</source>
      <translation>취소한 수정을 다시 적용합니다</translation>
    </message>
    <message>
      <source>&amp;Next person</source>
      <translation>다음 사람(&amp;N)</translation>
    </message>
    <message>
      <source>Choose the next person of the list</source>
      <translation>목록의 다음 사람을 선택합니다</translation>
    </message>
    <message>
      <source>&amp;Previous person</source>
      <translation>이전 사람(&amp;P)</translation>
    </message>
    <message>
      <source>Choose the person before in the list</source>
      <translation>목록의 이전 사람을 선택합니다</translation>
    </message>
    <message>
      <source>Choose n&amp;obody</source>
      <translation>선택 해제(&amp;O)</translation>
    </message>
    <message>
      <source>Let go of the person chosen</source>
      <translation>선택한 사람을 해제합니다</translation>
    </message>
    <message>
      <source>&amp;Go there</source>
      <translation>그곳으로 이동(&amp;G)</translation>
    </message>
    <message>
      <source>Go to the nearest frame on which the person chosen is seen</source>
      <translation>선택한 사람이 보이는 가장 가까운 프레임으로 이동합니다</translation>
    </message>
    <message>
      <source>&amp;Follow</source>
      <translation>따라가기(&amp;F)</translation>
    </message>
    <message>
      <source>Keep the person chosen large and in the middle</source>
      <translation>선택한 사람을 크게, 화면 가운데에 유지합니다</translation>
    </message>
    <message>
      <source>Give a na&amp;me…</source>
      <translation>이름 붙이기(&amp;M)…</translation>
    </message>
    <message>
      <source>Write a name in the place of the number</source>
      <translation>번호 대신 이름을 씁니다</translation>
    </message>
    <message>
      <source>&amp;Leave out or show</source>
      <translation>제외 또는 표시(&amp;L)</translation>
    </message>
    <message>
      <source>Leave the person out of picture and exports, or no more</source>
      <translation>그 사람을 화면과 내보내기에서 제외하거나 다시 표시합니다</translation>
    </message>
    <message>
      <source>Leave out every&amp;body else</source>
      <translation>나머지 모두 제외(&amp;B)</translation>
    </message>
    <message>
      <source>Leave all others seen so far out of picture and exports; once more: show everybody</source>
      <translation>지금까지 보인 다른 사람 모두를 화면과 내보내기에서 제외합니다. 다시 누르면 모두 표시합니다</translation>
    </message>
    <message>
      <source>&amp;Same person as…</source>
      <translation>같은 사람으로 합치기(&amp;S)…</translation>
    </message>
    <message>
      <source>Two numbers are one person: join them</source>
      <translation>두 번호가 같은 사람일 때 하나로 합칩니다</translation>
    </message>
    <message>
      <source>Somebody &amp;else from here on</source>
      <translation>여기부터 다른 사람(&amp;E)</translation>
    </message>
    <message>
      <source>From this frame on it is somebody else, who gets a new number</source>
      <translation>이 프레임부터 다른 사람이며 새 번호가 붙습니다</translation>
    </message>
    <message>
      <source>S&amp;wap with… from here on</source>
      <translation>여기부터 맞바꾸기(&amp;W)…</translation>
    </message>
    <message>
      <source>From this frame on two people were taken for each other: exchange them</source>
      <translation>이 프레임부터 두 사람이 서로 뒤바뀌었을 때 맞바꿉니다</translation>
    </message>
    <message>
      <source>E&amp;xchange left and right…</source>
      <translation>왼쪽과 오른쪽 맞바꾸기(&amp;X)…</translation>
    </message>
    <message>
      <source>Left and right were taken for each other, in the marked range or from this frame on</source>
      <translation>지정한 구간에서, 또는 이 프레임부터 왼쪽과 오른쪽이 서로 뒤바뀌었을 때 맞바꿉니다</translation>
    </message>
    <message>
      <source>Exchange left and right on &amp;this frame…</source>
      <translation>이 프레임에서만 왼쪽과 오른쪽 맞바꾸기(&amp;T)…</translation>
    </message>
    <message>
      <source>Left and right were taken for each other on this frame alone</source>
      <translation>이 프레임에서만 왼쪽과 오른쪽이 서로 뒤바뀌었을 때 맞바꿉니다</translation>
    </message>
    <message>
      <source>Put left and right bac&amp;k</source>
      <translation>왼쪽과 오른쪽 바로잡기(&amp;K)</translation>
    </message>
    <message>
      <source>Find where left and right were taken for each other for a moment, and exchange them</source>
      <translation>왼쪽과 오른쪽이 잠깐 서로 뒤바뀐 곳을 찾아 맞바꿉니다</translation>
    </message>
    <message>
      <source>Next moment to &amp;check</source>
      <translation>확인할 다음 순간(&amp;C)</translation>
    </message>
    <message>
      <source>Go to the next moment at which the program may be wrong, and say whether it is</source>
      <translation>프로그램이 틀렸을 수 있는 다음 순간으로 가서 맞는지 알려 줍니다</translation>
    </message>
    <message>
      <source>Pre&amp;vious moment to check</source>
      <translation>확인할 이전 순간(&amp;V)</translation>
    </message>
    <message>
      <source>The same the other way round</source>
      <translation>반대 순서로 넘어갑니다</translation>
    </message>
    <message>
      <source>&amp;Do what is proposed</source>
      <translation>제안대로 바로잡기(&amp;D)</translation>
    </message>
    <message>
      <source>The program was wrong at the moment that is asked about: correct it, and go on to the next</source>
      <translation>묻고 있는 순간에 프로그램이 틀렸을 때 바로잡고 다음으로 갑니다</translation>
    </message>
    <message>
      <source>&amp;It is right as it is</source>
      <translation>그대로 맞음(&amp;I)</translation>
    </message>
    <message>
      <source>Nothing is wrong at the moment that is asked about: go on to the next</source>
      <translation>묻고 있는 순간에 틀린 것이 없을 때 다음으로 갑니다</translation>
    </message>
    <message>
      <source>&amp;Skeletons</source>
      <translation>골격(&amp;S)</translation>
    </message>
    <message>
      <source>Draw joints and limbs</source>
      <translation>관절과 팔다리를 그립니다</translation>
    </message>
    <message>
      <source>&amp;Numbers and names</source>
      <translation>번호와 이름(&amp;N)</translation>
    </message>
    <message>
      <source>Write each person's number or name above the head</source>
      <translation>각 사람의 머리 위에 번호나 이름을 표시합니다</translation>
    </message>
    <message>
      <source>&amp;Boxes</source>
      <translation>상자(&amp;B)</translation>
    </message>
    <message>
      <source>Draw a box around each person</source>
      <translation>각 사람 둘레에 상자를 그립니다</translation>
    </message>
    <message>
      <source>&amp;Trails</source>
      <translation>궤적(&amp;T)</translation>
    </message>
    <message>
      <source>Draw the way each person came</source>
      <translation>각 사람이 지나온 길을 그립니다</translation>
    </message>
    <message>
      <source>Joint n&amp;ames</source>
      <translation>관절 이름(&amp;A)</translation>
    </message>
    <message>
      <source>Write the name beside each joint</source>
      <translation>각 관절 옆에 이름을 표시합니다</translation>
    </message>
    <message>
      <source>&amp;Certainty</source>
      <translation>신뢰도(&amp;C)</translation>
    </message>
    <message>
      <source>Write how sure the program is of each joint, 0 to 1</source>
      <translation>각 관절의 신뢰도를 0에서 1 사이로 표시합니다</translation>
    </message>
    <message>
      <source>Joint an&amp;gles</source>
      <translation>관절 각도(&amp;G)</translation>
    </message>
    <message>
      <source>Write how far each joint is bent: degrees without a sign, 0 when standing upright</source>
      <translation>각 관절이 굽은 정도를 부호 없는 각도(도)로 표시합니다. 똑바로 서 있으면 0입니다</translation>
    </message>
    <message>
      <source>Colour &amp;left and right</source>
      <translation>좌우 색 구분(&amp;L)</translation>
    </message>
    <message>
      <source>Left side orange, right side blue, on everyone</source>
      <translation>모든 사람의 왼쪽은 주황색, 오른쪽은 파란색</translation>
    </message>
    <message>
      <source>Blac&amp;k background</source>
      <translation>검은 배경(&amp;K)</translation>
    </message>
    <message>
      <source>Hide the picture, show the people only</source>
      <translation>화면을 숨기고 사람만 표시합니다</translation>
    </message>
    <message>
      <source>Stead&amp;y joints</source>
      <translation>관절 떨림 줄이기(&amp;Y)</translation>
    </message>
    <message>
      <source>Take the jitter out of joints, here, in curves, exports and recordings; what was found is kept</source>
      <translation>관절의 떨림을 없앱니다: 화면, 곡선, 내보내기, 녹화에 적용되며, 찾은 원래 위치는 그대로 남습니다</translation>
    </message>
    <message>
      <source>&amp;Heat of the next joint</source>
      <translation>다음 관절 히트맵(&amp;H)</translation>
    </message>
    <message>
      <source>Lay over everyone where the network sees a joint, one joint after the other</source>
      <translation>신경망이 관절을 보는 곳을 모든 사람 위에 표시합니다. 누를 때마다 다음 관절로 넘어갑니다</translation>
    </message>
    <message>
      <source>Heat of the &amp;joint before</source>
      <translation>이전 관절 히트맵(&amp;J)</translation>
    </message>
    <message>
      <source>&amp;More joints</source>
      <translation>관절 더 많이(&amp;M)</translation>
    </message>
    <message>
      <source>Draw joints that are less certain too</source>
      <translation>신뢰도가 낮은 관절도 그립니다</translation>
    </message>
    <message>
      <source>&amp;Fewer joints</source>
      <translation>관절 더 적게(&amp;F)</translation>
    </message>
    <message>
      <source>Draw only joints that are more certain</source>
      <translation>신뢰도가 높은 관절만 그립니다</translation>
    </message>
    <message>
      <source>&amp;Side panel</source>
      <translation>옆 패널(&amp;S)</translation>
    </message>
    <message>
      <source>Show or hide the panel at the right</source>
      <translation>오른쪽 패널을 표시하거나 숨깁니다</translation>
    </message>
    <message>
      <source>&amp;Analysis</source>
      <translation>분석(&amp;A)</translation>
    </message>
    <message>
      <source>Show angles, speed and repetitions as a curve under the video</source>
      <translation>각도, 속도, 반복 횟수를 동영상 아래에 곡선으로 표시합니다</translation>
    </message>
    <message>
      <source>&amp;Both sides</source>
      <translation>양쪽(&amp;B)</translation>
    </message>
    <message>
      <source>Show the curve of the other side of the body too, to compare left and right</source>
      <translation>몸의 반대쪽 곡선도 함께 보여 왼쪽과 오른쪽을 비교합니다</translation>
    </message>
    <message>
      <source>Copy picture of cur&amp;ve</source>
      <translation>곡선 그림 복사(&amp;V)</translation>
    </message>
    <message>
      <source>Put the curve on the clipboard as a picture</source>
      <translation>곡선을 그림으로 클립보드에 복사합니다</translation>
    </message>
    <message>
      <source>Save picture of c&amp;urve…</source>
      <translation>곡선 그림 저장(&amp;U)…</translation>
    </message>
    <message>
      <source>Write the curve as a picture into a file</source>
      <translation>곡선을 그림 파일로 저장합니다</translation>
    </message>
    <message>
      <source>Set s&amp;cale…</source>
      <translation>축척 설정(&amp;C)…</translation>
    </message>
    <message>
      <source>Tell the program a known length, for metres in place of pixels</source>
      <translation>아는 길이를 입력해 픽셀 대신 미터로 표시합니다</translation>
    </message>
    <message>
      <source>Scale by heigh&amp;t…</source>
      <translation>키로 축척 설정(&amp;T)…</translation>
    </message>
    <message>
      <source>Take how tall the person chosen is for the scale, in the place of a known length</source>
      <translation>아는 길이 대신 선택한 사람의 키로 축척을 정합니다</translation>
    </message>
    <message>
      <source>R&amp;ecorded at…</source>
      <translation>촬영 속도(&amp;E)…</translation>
    </message>
    <message>
      <source>Of slow motion: tell how many pictures a second were recorded, for true times and speeds</source>
      <translation>슬로 모션: 초당 몇 장으로 촬영했는지 알려 주면 시간과 속도가 실제와 같아집니다</translation>
    </message>
    <message>
      <source>Seco&amp;nd video recorded at…</source>
      <translation>두 번째 동영상 촬영 속도(&amp;N)…</translation>
    </message>
    <message>
      <source>The same of the video that this one is compared with</source>
      <translation>비교하는 동영상에 대해 같은 것을 알려 줍니다</translation>
    </message>
    <message>
      <source>&amp;Full screen</source>
      <translation>전체 화면(&amp;F)</translation>
    </message>
    <message>
      <source>Fill the screen, and back</source>
      <translation>전체 화면으로 바꾸거나 되돌립니다</translation>
    </message>
    <message>
      <source>Zoom &amp;in</source>
      <translation>확대(&amp;I)</translation>
    </message>
    <message>
      <source>Enlarge the picture (or turn the wheel)</source>
      <translation>화면을 확대합니다(휠로도 가능)</translation>
    </message>
    <message>
      <source>Zoom &amp;out</source>
      <translation>축소(&amp;O)</translation>
    </message>
    <message>
      <source>Shrink the picture</source>
      <translation>화면을 축소합니다</translation>
    </message>
    <message>
      <source>&amp;Whole picture</source>
      <translation>전체 보기(&amp;W)</translation>
    </message>
    <message>
      <source>Show the whole picture</source>
      <translation>화면 전체를 표시합니다</translation>
    </message>
    <message>
      <source>Look of the s&amp;ystem</source>
      <translation>시스템 테마(&amp;Y)</translation>
    </message>
    <message>
      <source>Dark or light as the system is</source>
      <translation>시스템에 따라 어둡게 또는 밝게</translation>
    </message>
    <message>
      <source>&amp;Dark</source>
      <translation>어둡게(&amp;D)</translation>
    </message>
    <message>
      <source>Dark, for video and evenings</source>
      <translation>동영상과 저녁에 알맞은 어두운 테마</translation>
    </message>
    <message>
      <source>&amp;Light</source>
      <translation>밝게(&amp;L)</translation>
    </message>
    <message>
      <source>Light, for bright rooms</source>
      <translation>밝은 방에 알맞은 밝은 테마</translation>
    </message>
    <message>
      <source>&amp;High contrast</source>
      <translation>고대비(&amp;H)</translation>
    </message>
    <message>
      <source>White and yellow on black, for weak eyes</source>
      <translation>시력이 약한 사람을 위한 검은 바탕의 흰색과 노란색</translation>
    </message>
    <message>
      <source>Lan&amp;guage of the system</source>
      <translation>시스템 언어(&amp;G)</translation>
    </message>
    <message>
      <source>Speak the language of the system</source>
      <translation>시스템의 언어로 표시합니다</translation>
    </message>
    <message>
      <source>&amp;Keyboard shortcuts</source>
      <translation>키보드 단축키(&amp;K)</translation>
    </message>
    <message>
      <source>All keys on one page</source>
      <translation>모든 단축키를 한눈에 봅니다</translation>
    </message>
    <message>
      <source>&amp;About Skelter</source>
      <translation>Skelter 정보(&amp;A)</translation>
    </message>
    <message>
      <source>Version and licences</source>
      <translation>버전과 라이선스</translation>
    </message>
    <message>
      <source>Speak this language</source>
      <translation>이 언어로 표시합니다</translation>
    </message>
    <message>
      <source>The picture with the people found on it</source>
      <translation>찾아낸 사람을 표시한 화면</translation>
    </message>
    <message>
      <source>See how people move</source>
      <translation>사람의 움직임을 보세요</translation>
    </message>
    <message>
      <source>Open a video or a camera: everyone in it is followed, joint by joint.</source>
      <translation>동영상이나 카메라를 열면 모든 사람을 관절 하나하나까지 추적합니다.</translation>
    </message>
    <message>
      <source>… or drop a video anywhere in this window. Your videos stay on this computer.</source>
      <translation>… 또는 동영상을 이 창에 끌어다 놓으세요. 동영상은 이 컴퓨터를 벗어나지 않습니다.</translation>
    </message>
    <message>
      <source>Opened lately</source>
      <translation>최근에 연 항목</translation>
    </message>
    <message>
      <source>A file from your phone, camera or screen</source>
      <translation>휴대전화, 카메라 또는 화면에서 얻은 파일</translation>
    </message>
    <message>
      <source>Use a camera</source>
      <translation>카메라 사용</translation>
    </message>
    <message>
      <source>Live, from a webcam on this computer</source>
      <translation>이 컴퓨터의 웹캠으로 실시간 보기</translation>
    </message>
    <message>
      <source>Try the demo</source>
      <translation>데모 보기</translation>
    </message>
    <message>
      <source>A short clip of an athlete; fetched once, 4 MB</source>
      <translation>운동선수의 짧은 영상(한 번 받음, 4MB)</translation>
    </message>
    <message>
      <source>One video at a time; `skelter batch` takes many.</source>
      <translation>동영상은 한 번에 하나씩 열립니다. 여러 개는 `skelter batch`로 처리하세요.</translation>
    </message>
    <message>
      <source>HDR ({0}), shown as SDR</source>
      <translation>HDR({0}), SDR로 표시</translation>
    </message>
    <message>
      <source>{0:g} pictures/s (assumed)</source>
      <translation>초당 {0:g}장 (추정)</translation>
    </message>
    <message>
      <source>Loading the networks …</source>
      <translation>신경망을 불러오는 중…</translation>
    </message>
    <message>
      <source>Changing the engines …</source>
      <translation>엔진을 바꾸는 중…</translation>
    </message>
    <message>
      <source>Part of the screen</source>
      <translation>화면 일부</translation>
    </message>
    <message>
      <source>{0} is left out, so not measured. Press H to take that back.</source>
      <translation>{0}은(는) 제외되어 있어 측정하지 않습니다. H 키를 누르면 되돌립니다.</translation>
    </message>
    <message>
      <source>Screen {0}</source>
      <translation>화면 {0}</translation>
    </message>
    <message>
      <source>{0} was made of a video of {1} × {2} pixels, not of {3}; open the two that belong together.</source>
      <translation>{0}은(는) {3}이(가) 아니라 {1} × {2}픽셀 동영상으로 만든 것입니다. 서로 맞는 두 파일을 여세요.</translation>
    </message>
    <message>
      <source>{0} was made of {1} ({2}), not of {3} ({4}): at another rate frames are of other moments; give the one that it was made of, or a copy at {5} frames/s.</source>
      <translation>{0}은(는) {3}({4})이(가) 아니라 {1}({2})(으)로 만든 것입니다. 프레임률이 다르면 프레임이 다른 순간을 가리킵니다. 결과를 만든 동영상이나 초당 {5} 프레임의 사본을 지정하세요.</translation>
    </message>
    <message>
      <source>{0} was made of {1} ({2}), and {3} ({4}) is another video; give the one that it was made of, or a copy that is called after it.</source>
      <translation>{0}은(는) {1}({2})(으)로 만든 것이고 {3}({4})은(는) 다른 동영상입니다. 결과를 만든 동영상이나 그 이름을 딴 사본을 지정하세요.</translation>
    </message>
    <message>
      <source>The demonstration clip is fetched by pip or uv, and neither is here; try a clip of your own (`skelter demo CLIP`).</source>
      <translation>데모 동영상은 pip이나 uv로 받는데 둘 다 없습니다. 가지고 있는 동영상을 열어 보세요(`skelter demo CLIP`).</translation>
    </message>
    <message>
      <source>The demonstration clip in {0} is not the one expected; try a clip of your own (`skelter demo CLIP`).</source>
      <translation>{0}에 든 데모 동영상이 예상한 것과 다릅니다. 가지고 있는 동영상을 열어 보세요(`skelter demo CLIP`).</translation>
    </message>
    <message>
      <source>{0}, which holds the demonstration clip, cannot be fetched ({1}); check the network and try again, or try a clip of your own (`skelter demo CLIP`).</source>
      <translation>데모 동영상이 든 {0}을(를) 받을 수 없습니다({1}). 네트워크를 확인하고 다시 시도하거나 가지고 있는 동영상을 열어 보세요(`skelter demo CLIP`).</translation>
    </message>
    <message>
      <source>The folder {0} for the demonstration clip cannot be made ({1}); mend its permissions, or try a clip of your own (`skelter demo CLIP`).</source>
      <translation>데모 동영상을 둘 폴더 {0}을(를) 만들 수 없습니다({1}). 권한을 고치거나 가지고 있는 동영상을 열어 보세요(`skelter demo CLIP`).</translation>
    </message>
    <message>
      <source>Downloading {0} took longer than five minutes; check the network and try again.</source>
      <translation>{0}을(를) 받는 데 5분이 넘게 걸렸습니다. 네트워크를 확인하고 다시 시도하세요.</translation>
    </message>
    <message>
      <source>{0} does not hold the demonstration clip; try a clip of your own (`skelter demo CLIP`).</source>
      <translation>{0}에 데모 동영상이 없습니다. 가지고 있는 동영상을 열어 보세요(`skelter demo CLIP`).</translation>
    </message>
    <message>
      <source>{0}: no data format ends in {1!r}; use one of {2}.</source>
      <translation>{0}: {1!r}(으)로 끝나는 데이터 형식이 없습니다. 다음 중 하나를 쓰세요: {2}.</translation>
    </message>
    <message>
      <source>There is no data format {0!r}; choose one of {1}.</source>
      <translation>{0!r}(이)라는 데이터 형식이 없습니다. 다음 중에서 선택하세요: {1}.</translation>
    </message>
    <message>
      <source>The skeleton {0} has none of the angles of docs/angles.md.</source>
      <translation>골격 {0}에는 docs/angles.md에 나오는 각도가 하나도 없습니다.</translation>
    </message>
    <message>
      <source>Parquet needs pyarrow; run `pip install 'skelter[parquet]'` first.</source>
      <translation>Parquet에는 pyarrow가 필요합니다. 먼저 `pip install 'skelter[parquet]'`를 실행하세요.</translation>
    </message>
    <message>
      <source>The height of person {0} cannot be measured, because legs and trunk are never seen; give --metres-per-pixel, or another --person.</source>
      <translation>다리와 몸통이 한 번도 보이지 않아 {0}번 사람의 키를 잴 수 없습니다. --metres-per-pixel이나 다른 --person을 지정하세요.</translation>
    </message>
    <message>
      <source>{0} does not exist; check the name.</source>
      <translation>{0}: 없는 파일입니다. 이름을 확인하세요.</translation>
    </message>
    <message>
      <source>{0} cannot be read ({1}).</source>
      <translation>{0}: 읽을 수 없습니다({1}).</translation>
    </message>
    <message>
      <source>{0} breaks off, as what a killed run wrote does; call it {1}, and `skelter export` reads it as far as it goes.</source>
      <translation>{0}: 강제로 끝난 작업이 쓴 파일처럼 중간에 끊겨 있습니다. 이름을 {1}(으)로 바꾸면 `skelter export`가 있는 데까지 읽습니다.</translation>
    </message>
    <message>
      <source>{0} is not Skelter JSON ({1}); results are read from that (.json, .jsonl), and by import, export and the window from OpenPose folders, COCO and AlphaPose results.</source>
      <translation>{0}: Skelter JSON이 아닙니다({1}). 결과는 Skelter JSON(.json, .jsonl)에서 읽으며, import와 export, 창에서는 OpenPose 폴더와 COCO, AlphaPose 결과에서도 읽습니다.</translation>
    </message>
    <message>
      <source>{0}: these people were looked for in each picture anew; analyse pictures that follow one another with a tracker, such as --tracker oks, or choose another format.</source>
      <translation>{0}: 사람을 사진마다 새로 찾은 결과입니다. 이어지는 사진이면 --tracker oks 같은 추적기로 분석하거나 다른 형식을 선택하세요.</translation>
    </message>
    <message>
      <source>{0} numbers its pictures up to {1}; these are no frames of one video.</source>
      <translation>{0}: 그림 번호가 {1}까지 있습니다. 한 동영상의 프레임이 아닙니다.</translation>
    </message>
    <message>
      <source>{0} needs the keypoint {1}, which the skeleton {2} does not have; choose another format.</source>
      <translation>{0} 형식에는 키포인트 {1}이(가) 필요한데 골격 {2}에는 없습니다. 다른 형식을 선택하세요.</translation>
    </message>
    <message>
      <source>A scale of {0:g} m makes no sense; give a number above 0.</source>
      <translation>축척 {0:g} m는 쓸 수 없는 값입니다. 0보다 큰 수를 지정하세요.</translation>
    </message>
    <message>
      <source>A height of {0:g} m makes no sense; heights are metres, such as 1.8.</source>
      <translation>키 {0:g} m는 쓸 수 없는 값입니다. 키는 1.8처럼 미터로 지정하세요.</translation>
    </message>
    <message>
      <source>The scale is given twice, by metres per pixel and by a height; give one of them.</source>
      <translation>축척이 픽셀당 미터와 키로 두 번 지정되었습니다. 하나만 지정하세요.</translation>
    </message>
    <message>
      <source>{0} holds no OpenPose files (NAME_000000000000_keypoints.json); give a folder with those of one video.</source>
      <translation>{0}: OpenPose 파일(NAME_000000000000_keypoints.json)이 없습니다. 동영상 하나의 파일이 들어 있는 폴더를 지정하세요.</translation>
    </message>
    <message>
      <source>{0} holds files of {1} videos; give a folder with those of one video.</source>
      <translation>{0}: 동영상 {1}개의 파일이 들어 있습니다. 동영상 하나의 파일만 있는 폴더를 지정하세요.</translation>
    </message>
    <message>
      <source>{0} is no file of OpenPose's ({1}).</source>
      <translation>{0}: OpenPose의 파일이 아닙니다({1}).</translation>
    </message>
    <message>
      <source>{0} is no video file: its pictures are at their true rate already.</source>
      <translation>{0}은(는) 동영상 파일이 아닙니다. 사진은 이미 실제 속도입니다.</translation>
    </message>
    <message>
      <source>{0}: no picture ends in {1!r}; use .png or .jpg.</source>
      <translation>{0}: {1!r}(으)로 끝나는 그림 형식은 없습니다. .png나 .jpg를 쓰세요.</translation>
    </message>
    <message>
      <source>The usual engines run, not the ones chosen: {0}</source>
      <translation>선택한 엔진이 아니라 기본 엔진으로 실행합니다: {0}</translation>
    </message>
    <message>
      <source>Joints were smoothed by the times of before: they are shown as they were found.</source>
      <translation>관절은 이전 시간으로 다듬은 것이어서 찾은 그대로 표시합니다.</translation>
    </message>
    <message>
      <source>The video of {0} is not beside it; open the video first, then this.</source>
      <translation>{0}의 동영상이 옆에 없습니다. 동영상을 먼저 연 다음 이 파일을 여세요.</translation>
    </message>
    <message>
      <source>The network chosen finds other joints ({0}) than are known of this video ({1}); choose another network, or analyse the video again.</source>
      <translation>선택한 신경망이 찾는 관절({0})이 이 동영상에서 이미 찾은 관절({1})과 다릅니다. 다른 신경망을 선택하거나 동영상을 다시 분석하세요.</translation>
    </message>
    <message>
      <source>That was for a video that is not open any more; nothing was done.</source>
      <translation>더 이상 열려 있지 않은 동영상에 대한 것이므로 아무 작업도 하지 않았습니다.</translation>
    </message>
    <message>
      <source>A recording goes on with the joints it began with; stop it before you change to a network of other joints.</source>
      <translation>녹화는 시작할 때의 관절로 계속됩니다. 다른 관절을 찾는 네트워크로 바꾸려면 먼저 녹화를 중지하세요.</translation>
    </message>
    <message>
      <source>{0} was cancelled.</source>
      <translation>{0}: 취소했습니다.</translation>
    </message>
    <message>
      <source>{0} is of a kind that Skelter writes and does not read; open the video, or the .json of the same poses.</source>
      <translation>{0}: Skelter가 저장만 하고 읽지는 않는 형식입니다. 동영상이나 같은 자세의 .json을 여세요.</translation>
    </message>
    <message>
      <source>The corrections stay kept, in {0}, and could not be opened. {1}</source>
      <translation>수정한 내용은 {0}에 그대로 남아 있지만 열 수 없었습니다. {1}</translation>
    </message>
    <message>
      <source>The folder {0} was moved or removed during the recording. Where it was moved, what was recorded until then is in it, in files with .part in their names.</source>
      <translation>녹화하는 동안 폴더 {0}이(가) 옮겨지거나 지워졌습니다. 옮겨졌다면 그때까지 녹화한 것은 그 폴더 안에, 이름에 .part가 들어 있는 파일에 있습니다.</translation>
    </message>
    <message>
      <source>{0} is full of recordings of this name; choose another folder.</source>
      <translation>{0}에 이 이름의 녹화 파일이 너무 많습니다. 다른 폴더를 선택하세요.</translation>
    </message>
    <message>
      <source>This result was smoothed before it was opened: it is shown as it is.</source>
      <translation>이 결과는 열기 전에 이미 다듬은 것이어서 그대로 표시합니다.</translation>
    </message>
    <message>
      <source>--recorded-at says how fast the frames of --clip were taken; give that, or the rate by --fps.</source>
      <translation>--recorded-at는 --clip의 프레임을 얼마나 빨리 촬영했는지 알려 줍니다. --clip을 지정하거나 --fps로 프레임률을 알려 주세요.</translation>
    </message>
    <message>
      <source>{0} has a frame {1}; --first-frame is the least there can be.</source>
      <translation>{0}에 프레임 {1}이(가) 있습니다. --first-frame보다 작은 번호는 있을 수 없습니다.</translation>
    </message>
    <message>
      <source>{0} knows when its frames are; leave {1} out.</source>
      <translation>{0}에는 프레임의 시간이 이미 있습니다. {1}을(를) 빼세요.</translation>
    </message>
    <message>
      <source>{0} knows when its frames are; give --recorded-at to `skelter track`, or count them anew in the window (View, Recorded at).</source>
      <translation>{0}에는 프레임의 시간이 이미 있습니다. `skelter track`에 --recorded-at을 주거나 창에서 다시 세십시오(보기, 촬영 속도).</translation>
    </message>
    <message>
      <source>{0} has a frame {1}, but {2} ends with frame {3}; is it the clip, and are frames counted from 0 (else --first-frame)?</source>
      <translation>{0}에는 프레임 {1}이(가) 있는데 {2}은(는) 프레임 {3}에서 끝납니다. 맞는 동영상인지, 프레임을 0부터 셌는지 확인하세요(아니면 --first-frame).</translation>
    </message>
    <message>
      <source>{0} counts its frames from 0 as the video does; leave --first-frame out.</source>
      <translation>{0}은(는) 동영상처럼 프레임을 0부터 셉니다. --first-frame을 빼세요.</translation>
    </message>
    <message>
      <source>{0} cannot be read as COCO keypoint results ({1}).</source>
      <translation>{0}: COCO 키포인트 결과로 읽을 수 없습니다({1}).</translation>
    </message>
    <message>
      <source>Two outputs have the same name; give each its own.</source>
      <translation>두 출력 파일의 이름이 같습니다. 서로 다른 이름을 지정하세요.</translation>
    </message>
    <message>
      <source>{0} holds no frames; give another source.</source>
      <translation>{0}: 프레임이 없습니다. 다른 소스를 지정하세요.</translation>
    </message>
    <message>
      <source>{0} is a folder; give the name of a file to write.</source>
      <translation>{0}: 폴더입니다. 저장할 파일 이름을 지정하세요.</translation>
    </message>
    <message>
      <source>{0}: no output ends in {1!r}; use one of {2}.</source>
      <translation>{0}: {1!r}(으)로 끝나는 출력 형식이 없습니다. 다음 중 하나를 쓰세요: {2}.</translation>
    </message>
    <message>
      <source>{0} would be a single picture, and {1} is none; end the name in .mp4 for an annotated video.</source>
      <translation>{0}은(는) 사진 한 장인데 {1}은(는) 사진 한 장이 아닙니다. 주석이 표시된 동영상을 만들려면 이름을 .mp4로 끝내세요.</translation>
    </message>
    <message>
      <source>{0} is the name of the manifest of another output; choose another one.</source>
      <translation>{0}은(는) 다른 출력의 매니페스트 이름입니다. 다른 이름을 선택하세요.</translation>
    </message>
    <message>
      <source>{0} Nothing else was written.</source>
      <translation>{0} 그 밖에 저장된 것은 없습니다.</translation>
    </message>
    <message>
      <source>{0} is the source itself; choose another name.</source>
      <translation>{0}은(는) 원본 자체입니다. 다른 이름을 선택하세요.</translation>
    </message>
    <message>
      <source>{0!r} cannot be a model's name: use letters, digits, - and _.</source>
      <translation>{0!r}은(는) 모델 이름으로 쓸 수 없습니다. 글자, 숫자, -, _를 쓰세요.</translation>
    </message>
    <message>
      <source>{0}… is too long for a model's name: choose a shorter one.</source>
      <translation>{0}…은(는) 모델 이름으로 너무 깁니다. 더 짧은 이름을 선택하세요.</translation>
    </message>
    <message>
      <source>{0} comes with Skelter: choose another name.</source>
      <translation>{0}은(는) Skelter에 들어 있는 모델입니다. 다른 이름을 선택하세요.</translation>
    </message>
    <message>
      <source>There is a model called {0} already: choose another name.</source>
      <translation>{0}(이)라는 모델이 이미 있습니다. 다른 이름을 선택하세요.</translation>
    </message>
    <message>
      <source>The person class belongs to detectors in ONNX, not to {0}: leave it out.</source>
      <translation>person-class는 ONNX 검출기에만 쓰는 옵션이므로 {0}에는 쓰지 마세요.</translation>
    </message>
    <message>
      <source>Size, flip and run-code belong to checkpoints, not to {0}: leave them out.</source>
      <translation>size, flip, run-code는 체크포인트에만 쓰는 옵션이므로 {0}에는 쓰지 마세요.</translation>
    </message>
    <message>
      <source>The video of {0} is not at {1} any more; put it beside the session and open it again.</source>
      <translation>{0}의 동영상이 {1}에 더 이상 없습니다. 세션 옆에 두고 다시 여세요.</translation>
    </message>
    <message>
      <source>{0} is too large for this machine's memory; open it on a larger one.</source>
      <translation>{0}: 이 컴퓨터의 메모리에 비해 너무 큽니다. 메모리가 더 큰 컴퓨터에서 여세요.</translation>
    </message>
    <message>
      <source>{0} is not a Skelter session ({1}); give a file that Skelter saved.</source>
      <translation>{0}: Skelter 세션이 아닙니다({1}). Skelter가 저장한 파일을 여세요.</translation>
    </message>
    <message>
      <source>People were looked for in each picture anew: joints of one are not smoothed into another's.</source>
      <translation>사람을 사진마다 새로 찾았으므로, 서로 다른 사람의 관절을 이어서 매끄럽게 하지 않습니다.</translation>
    </message>
    <message>
      <source>At {0:.3g} frames a second joints are shown as they were found: too much moves between.</source>
      <translation>초당 {0:.3g}프레임에서는 프레임 사이의 움직임이 너무 커서 관절을 찾은 그대로 둡니다.</translation>
    </message>
    <message>
      <source>This recording cannot be smoothed so: {0}.</source>
      <translation>이 기록은 그렇게 매끄럽게 할 수 없습니다: {0}.</translation>
    </message>
    <message>
      <source>At {0:.3g} frames a second {1:g} s are too short to smooth anything; --window {2:.2g} does, over five frames, and takes some of quick movement along.</source>
      <translation>초당 {0:.3g}프레임에서 {1:g}초는 매끄럽게 하기에 너무 짧습니다. --window {2:.2g}이면 다섯 프레임에 걸쳐 매끄럽게 하지만 빠른 움직임도 조금 줄어듭니다.</translation>
    </message>
    <message>
      <source>There is no smoothing method {0!r}; choose one of {1}.</source>
      <translation>{0!r}(이)라는 방법은 없습니다. {1} 중에서 선택하세요.</translation>
    </message>
    <message>
      <source>{0} is not an ONNX model: check that the file was copied whole.</source>
      <translation>{0}: ONNX 모델이 아닙니다. 파일이 온전히 복사되었는지 확인하세요.</translation>
    </message>
    <message>
      <source>{0} was closed and cannot run any more: load it again.</source>
      <translation>{0}: 이미 닫혀서 더는 실행할 수 없습니다. 다시 불러오세요.</translation>
    </message>
    <message>
      <source>The build was cancelled; nothing was kept.</source>
      <translation>빌드를 취소했습니다. 보관된 것은 없습니다.</translation>
    </message>
    <message>
      <source>{0} has {1} inputs ({2}): only graphs with one can be run.</source>
      <translation>{0}의 입력이 {1}개입니다({2}). 입력이 하나인 그래프만 실행할 수 있습니다.</translation>
    </message>
    <message>
      <source>this ONNX Runtime has no {0}: install the build that has it, or use `--device onnxruntime`.</source>
      <translation>이 ONNX Runtime에는 {0}이(가) 없습니다. 그것이 든 빌드를 설치하거나 `--device onnxruntime`을 쓰세요.</translation>
    </message>
    <message>
      <source>ONNX Runtime could not start {0} and would use the processor: check its driver.</source>
      <translation>ONNX Runtime이 {0}을(를) 시작하지 못해 프로세서를 쓰려고 합니다. 드라이버를 확인하세요.</translation>
    </message>
    <message>
      <source>ONNX Runtime computes in the precision of the file, not in {0}: leave it out.</source>
      <translation>ONNX Runtime은 {0}이(가) 아니라 파일의 정밀도로 계산합니다. 정밀도를 지정하지 마세요.</translation>
    </message>
    <message>
      <source>ONNX Runtime knows no device {0!r}: choose one of {1}.</source>
      <translation>ONNX Runtime에는 {0!r}(이)라는 장치가 없습니다. 다음 중에서 고르세요: {1}.</translation>
    </message>
    <message>
      <source>ONNX Runtime cannot start ({0}): install it again.</source>
      <translation>ONNX Runtime을 시작할 수 없습니다({0}). 다시 설치하세요.</translation>
    </message>
    <message>
      <source>ONNX Runtime {0} cannot load {1}: check that the file was copied whole.</source>
      <translation>ONNX Runtime {0}(으)로 {1}을(를) 불러올 수 없습니다. 파일이 온전히 복사되었는지 확인하세요.</translation>
    </message>
    <message>
      <source>{0} has names that are no text: check that the file was copied whole.</source>
      <translation>{0}에 글자가 아닌 이름이 있습니다. 파일이 온전히 복사되었는지 확인하세요.</translation>
    </message>
    <message>
      <source>{0} is of a newer ONNX than ONNX Runtime {1} knows: export it with an older opset, or run `pip install -U onnxruntime`.</source>
      <translation>{0}은(는) ONNX Runtime {1}이(가) 아는 것보다 새로운 ONNX입니다. 더 오래된 opset으로 내보내거나 `pip install -U onnxruntime`을 실행하세요.</translation>
    </message>
    <message>
      <source>ONNX Runtime failed while running {0}: {1}</source>
      <translation>ONNX Runtime이 {0}을(를) 실행하다 실패했습니다: {1}</translation>
    </message>
    <message>
      <source>there is not enough memory to run {0}: close other programs, or use a smaller network.</source>
      <translation>{0}을(를) 실행할 메모리가 부족합니다. 다른 프로그램을 닫거나 더 작은 신경망을 쓰세요.</translation>
    </message>
    <message>
      <source>OpenVINO failed while running {0} ({1}): try `--device onnxruntime`, or another model.</source>
      <translation>OpenVINO가 {0}을(를) 실행하다 실패했습니다({1}). `--device onnxruntime`이나 다른 모델을 써 보세요.</translation>
    </message>
    <message>
      <source>int8 needs pictures of people to be adjusted on: give some.</source>
      <translation>int8은 사람이 있는 사진으로 조정해야 합니다. 사진을 지정하세요.</translation>
    </message>
    <message>
      <source>OpenVINO's int8 engines run on `openvino` only: leave `:{0}` out.</source>
      <translation>OpenVINO의 int8 엔진은 `openvino`에서만 실행됩니다. `:{0}`을(를) 빼세요.</translation>
    </message>
    <message>
      <source>int8 has to prove itself first: run `skelter build {0} --precision int8`.</source>
      <translation>int8은 먼저 검증을 거쳐야 합니다. `skelter build {0} --precision int8`을 실행하세요.</translation>
    </message>
    <message>
      <source>OpenVINO knows no precision {0!r}: choose one of {1}.</source>
      <translation>OpenVINO에는 {0!r}(이)라는 정밀도가 없습니다. 다음 중에서 고르세요: {1}.</translation>
    </message>
    <message>
      <source>OpenVINO finds no device {0} on this machine: it has {1}.</source>
      <translation>OpenVINO가 이 컴퓨터에서 장치 {0}을(를) 찾지 못했습니다. 있는 장치: {1}.</translation>
    </message>
    <message>
      <source>OpenVINO has no {0} on this {1} and would compute in {2}: choose {3}.</source>
      <translation>OpenVINO는 정밀도 {0}을(를) 이 {1}에서 쓸 수 없어 {2}(으)로 계산하게 됩니다. {3} 중에서 고르세요.</translation>
    </message>
    <message>
      <source>{0} has no heatmaps to show: choose a pose network that finds joints by them.</source>
      <translation>{0}에는 표시할 히트맵이 없습니다. 히트맵으로 관절을 찾는 자세 신경망을 고르세요.</translation>
    </message>
    <message>
      <source>int8 needs NNCF: run `pip install 'skelter[int8]'`.</source>
      <translation>int8에는 NNCF가 필요합니다. `pip install 'skelter[int8]'`을 실행하세요.</translation>
    </message>
    <message>
      <source>NNCF cannot make int8 of this network: {0}</source>
      <translation>NNCF로 이 신경망을 int8로 만들 수 없습니다: {0}</translation>
    </message>
    <message>
      <source>OpenVINO cannot start ({0}): install it again, or use `--device onnxruntime`.</source>
      <translation>OpenVINO를 시작할 수 없습니다({0}). 다시 설치하거나 `--device onnxruntime`을 쓰세요.</translation>
    </message>
    <message>
      <source>OpenVINO cannot run {0} on {1}: try `--device onnxruntime`.</source>
      <translation>OpenVINO가 {0}을(를) {1}에서 실행하지 못합니다. `--device onnxruntime`을 써 보세요.</translation>
    </message>
    <message>
      <source>OpenVINO cannot build {0}: {1}</source>
      <translation>OpenVINO가 {0}을(를) 빌드하지 못합니다: {1}</translation>
    </message>
    <message>
      <source>the engine of {0} does not load ({1}): `skelter build` makes it anew.</source>
      <translation>{0}의 엔진을 불러올 수 없습니다({1}). `skelter build`로 다시 만들 수 있습니다.</translation>
    </message>
    <message>
      <source>{0} builds nothing: --device is auto, tensorrt or openvino here.</source>
      <translation>{0}은(는) 아무것도 빌드하지 않습니다. 여기서 --device는 auto, tensorrt, openvino 중 하나입니다.</translation>
    </message>
    <message>
      <source>{0} cannot be used here: {1}; `--device auto` takes what can.</source>
      <translation>{0}은(는) 여기서 쓸 수 없습니다: {1}. `--device auto`는 쓸 수 있는 것을 고릅니다.</translation>
    </message>
    <message>
      <source>there is no device or backend called {0!r}: choose tensorrt, torch:cuda or onnxruntime:cuda for a GPU of NVIDIA's, openvino:gpu for one of Intel's.</source>
      <translation>{0!r}(이)라는 장치나 백엔드가 없습니다. NVIDIA GPU에는 tensorrt, torch:cuda, onnxruntime:cuda를, Intel GPU에는 openvino:gpu를 고르세요.</translation>
    </message>
    <message>
      <source>there is no device or backend called {0!r}: choose one of {1}.</source>
      <translation>{0!r}(이)라는 장치나 백엔드가 없습니다. 다음 중에서 고르세요: {1}.</translation>
    </message>
    <message>
      <source>There is no precision {0!r}: choose one of {1}.</source>
      <translation>{0!r}(이)라는 정밀도가 없습니다. 다음 중에서 고르세요: {1}.</translation>
    </message>
    <message>
      <source>no inference library can be used here ({0}): run `pip install onnxruntime`.</source>
      <translation>여기서 쓸 수 있는 추론 라이브러리가 없습니다({0}). `pip install onnxruntime`을 실행하세요.</translation>
    </message>
    <message>
      <source>there is no device or backend called {0!r}: did you mean {1}?</source>
      <translation>{0!r}(이)라는 장치나 백엔드가 없습니다. {1}을(를) 찾으셨나요?</translation>
    </message>
    <message>
      <source>{0} builds engines for {1} only: leave `:{2}` out.</source>
      <translation>{0}은(는) {1}용 엔진만 빌드합니다. `:{2}`을(를) 빼세요.</translation>
    </message>
    <message>
      <source>TensorRT runs engines only: run `skelter build {0}{1}` first.</source>
      <translation>TensorRT는 엔진만 실행합니다. 먼저 `skelter build {0}{1}`을(를) 실행하세요.</translation>
    </message>
    <message>
      <source>the GPU cannot hold {0} ({1}): close other programs on it.</source>
      <translation>{0}이(가) GPU 메모리에 들어가지 않습니다({1}). GPU를 쓰는 다른 프로그램을 닫으세요.</translation>
    </message>
    <message>
      <source>TensorRT knows no precision {0!r}: choose one of {1}.</source>
      <translation>TensorRT에는 {0!r}(이)라는 정밀도가 없습니다. 다음 중에서 고르세요: {1}.</translation>
    </message>
    <message>
      <source>{0} takes {1} {2}, not {3} {4}.</source>
      <translation>{0}의 입력은 {1} {2}이고 {3} {4}이(가) 아닙니다.</translation>
    </message>
    <message>
      <source>{0} gives {1} of any size: TensorRT is used for fixed sizes only.</source>
      <translation>{0}의 출력 {1}은(는) 크기가 정해져 있지 않습니다. TensorRT는 크기가 고정된 것에만 씁니다.</translation>
    </message>
    <message>
      <source>the engine of {0} does not load ({1}): build it again.</source>
      <translation>{0}의 엔진을 불러올 수 없습니다({1}). 다시 빌드하세요.</translation>
    </message>
    <message>
      <source>TensorRT failed while running {0} ({1}): try `--device cpu`.</source>
      <translation>TensorRT가 {0}을(를) 실행하다 실패했습니다({1}). `--device cpu`를 써 보세요.</translation>
    </message>
    <message>
      <source>{0} cannot read {1} ({2}): run it with `--device auto`.</source>
      <translation>{0}이(가) {1}을(를) 읽지 못합니다({2}). `--device auto`로 실행하세요.</translation>
    </message>
    <message>
      <source>{0} cannot build {1} ({2}): run it with `--device auto`.</source>
      <translation>{0}이(가) {1}을(를) 빌드하지 못합니다({2}). `--device auto`로 실행하세요.</translation>
    </message>
    <message>
      <source>The build of {0} was cancelled; nothing was kept.</source>
      <translation>{0}의 빌드를 취소했습니다. 보관된 것은 없습니다.</translation>
    </message>
    <message>
      <source>{0} takes pictures of any size, and TensorRT is built for one: export it with a fixed size.</source>
      <translation>{0}은(는) 모든 크기의 사진을 받는데 TensorRT는 한 크기로만 빌드됩니다. 고정된 크기로 내보내세요.</translation>
    </message>
    <message>
      <source>TensorRT is not installed: {0}.</source>
      <translation>TensorRT가 설치되어 있지 않습니다: {0}.</translation>
    </message>
    <message>
      <source>TensorRT-RTX has no code for compute capability {0}.{1} (it has {2}): use `--device torch:cuda`, or `tensorrt`.</source>
      <translation>TensorRT-RTX에는 compute capability {0}.{1}용 코드가 없습니다(있는 것: {2}). `--device torch:cuda`나 `tensorrt`를 쓰세요.</translation>
    </message>
    <message>
      <source>{0} cannot start ({1}): install it again.</source>
      <translation>{0}을(를) 시작할 수 없습니다({1}). 다시 설치하세요.</translation>
    </message>
    <message>
      <source>PyTorch knows no device {0!r} here: choose one of {1}.</source>
      <translation>PyTorch에는 여기서 {0!r}(이)라는 장치가 없습니다. 다음 중에서 고르세요: {1}.</translation>
    </message>
    <message>
      <source>PyTorch knows no precision {0!r} here: choose one of {1}.</source>
      <translation>PyTorch에는 여기서 {0!r}(이)라는 정밀도가 없습니다. 다음 중에서 고르세요: {1}.</translation>
    </message>
    <message>
      <source>PyTorch finds no CUDA device (or is its CPU build): use `--device cpu`.</source>
      <translation>PyTorch가 CUDA 장치를 찾지 못했습니다(또는 CPU 빌드입니다). `--device cpu`를 쓰세요.</translation>
    </message>
    <message>
      <source>{0} takes pictures of any size, the torch backend runs one picture size: use --device cpu.</source>
      <translation>{0}은(는) 모든 크기의 사진을 받는데 torch 백엔드는 한 크기의 사진만 실행합니다. --device cpu를 쓰세요.</translation>
    </message>
    <message>
      <source>the GPU has no memory left for {0}: close other programs on it, or take a smaller network.</source>
      <translation>GPU에 {0}을(를) 위한 메모리가 없습니다. GPU를 쓰는 다른 프로그램을 닫거나 더 작은 신경망을 쓰세요.</translation>
    </message>
    <message>
      <source>PyTorch cannot start ({0}): install it again.</source>
      <translation>PyTorch를 시작할 수 없습니다({0}). 다시 설치하세요.</translation>
    </message>
    <message>
      <source>PyTorch failed while running {0}: {1}</source>
      <translation>PyTorch가 {0}을(를) 실행하다 실패했습니다: {1}</translation>
    </message>
    <message>
      <source>the torch backend runs graphs of one picture size: use `--device cpu`.</source>
      <translation>torch 백엔드는 사진 크기가 하나인 그래프만 실행합니다. `--device cpu`를 쓰세요.</translation>
    </message>
    <message>
      <source>the torch backend does not know the operator {0}: use `--device cpu`.</source>
      <translation>torch 백엔드가 연산자 {0}을(를) 모릅니다. `--device cpu`를 쓰세요.</translation>
    </message>
    <message>
      <source>the torch backend does not know this kind of {0}: use `--device cpu`.</source>
      <translation>torch 백엔드가 이런 종류의 {0}을(를) 모릅니다. `--device cpu`를 쓰세요.</translation>
    </message>
    <message>
      <source>the torch backend runs graphs whose shapes depend on shapes only, and {0} here does not: use `--device cpu`.</source>
      <translation>torch 백엔드는 모양이 모양에만 달린 그래프를 실행하는데 여기 {0}은(는) 그렇지 않습니다. `--device cpu`를 쓰세요.</translation>
    </message>
    <message>
      <source>{0} does not fit this GPU: use another.</source>
      <translation>{0}은(는) 이 GPU에 맞지 않습니다. 다른 것을 쓰세요.</translation>
    </message>
    <message>
      <source>the torch backend knows ConvTranspose with even pads only: use `--device cpu`.</source>
      <translation>torch 백엔드는 양쪽 패딩이 같은 ConvTranspose만 압니다. `--device cpu`를 쓰세요.</translation>
    </message>
    <message>
      <source>{0} builds no {1} here: choose one of {2}.</source>
      <translation>{0}은(는) 여기서 {1}을(를) 빌드하지 못합니다. 다음 중에서 고르세요: {2}.</translation>
    </message>
    <message>
      <source>{0} cannot be used here: {1}.</source>
      <translation>{0}은(는) 여기서 쓸 수 없습니다: {1}.</translation>
    </message>
    <message>
      <source>{0} builds no int8 without NNCF; run `pip install 'skelter[int8]'` first, or choose one of {1}.</source>
      <translation>{0}은(는) NNCF 없이 int8을 빌드하지 못합니다. 먼저 `pip install 'skelter[int8]'`을 실행하거나 다음 중에서 고르세요: {1}.</translation>
    </message>
    <message>
      <source>no engine of {0} by {1} is good enough ({2}): run without one.</source>
      <translation>{0}의 {1} 엔진 중 충분히 좋은 것이 없습니다({2}). 엔진 없이 실행하세요.</translation>
    </message>
    <message>
      <source>the engine of {0} cannot be used ({1}): run without it.</source>
      <translation>{0}의 엔진을 쓸 수 없습니다({1}). 엔진 없이 실행하세요.</translation>
    </message>
    <message>
      <source>{0} cannot be read ({1}): check that you may read it.</source>
      <translation>{0}을(를) 읽을 수 없습니다({1}). 읽기 권한이 있는지 확인하세요.</translation>
    </message>
    <message>
      <source>the model card {0} has an unknown key `{1}`: remove it.</source>
      <translation>모델 카드 {0}에 알 수 없는 항목 `{1}`이(가) 있습니다. 지우세요.</translation>
    </message>
    <message>
      <source>the model card {0} lacks `{1}`: add it, or import the model again.</source>
      <translation>모델 카드 {0}에 `{1}`이(가) 없습니다. 추가하거나 모델을 다시 가져오세요.</translation>
    </message>
    <message>
      <source>the model card {0} describes {1}, not {2}: correct `file` and `sha256` in it, or remove it.</source>
      <translation>모델 카드 {0}은(는) {2}이(가) 아니라 {1}을(를) 설명합니다. 카드의 `file`과 `sha256`을 고치거나 카드를 지우세요.</translation>
    </message>
    <message>
      <source>the model card {0} names {1}, which is not beside it: copy it there.</source>
      <translation>모델 카드 {0}에 적힌 {1}이(가) 옆에 없습니다. 그 자리에 복사하세요.</translation>
    </message>
    <message>
      <source>{0}… is too long for the name of a file: check it.</source>
      <translation>{0}…은(는) 파일 이름으로 너무 깁니다. 이름을 확인하세요.</translation>
    </message>
    <message>
      <source>{0} gives heatmaps, which the decoding {1} cannot read: choose argmax, quarter, parabola or dark.</source>
      <translation>{0}은(는) 히트맵을 내는데 디코딩 {1}(으)로는 읽을 수 없습니다. argmax, quarter, parabola, dark 중에서 고르세요.</translation>
    </message>
    <message>
      <source>{0} knows {1} classes, counted from 0, so none is the person class {2}: choose another.</source>
      <translation>{0}의 클래스는 0부터 세어 {1}개이므로 사람 클래스 {2}은(는) 없습니다. 다른 것을 고르세요.</translation>
    </message>
    <message>
      <source>{0} is not the file that its card describes (its SHA-256 differs): import the model again, or correct or remove {1}.</source>
      <translation>{0}: 카드에 적힌 파일이 아닙니다(SHA-256 불일치). 모델을 다시 가져오거나 {1}을(를) 고치거나 지우세요.</translation>
    </message>
    <message>
      <source>{0} keeps weights in {1}, for which its card cannot answer: remove {2} and import the model, which makes one file of it.</source>
      <translation>{0}의 가중치가 {1}에 있어 카드로는 보증할 수 없습니다. {2}을(를) 지우고 모델을 가져오면 한 파일로 합쳐집니다.</translation>
    </message>
    <message>
      <source>{0} cannot be read ({1}): a model card is a file that you may read.</source>
      <translation>{0}을(를) 읽을 수 없습니다({1}). 모델 카드는 읽기 권한이 있는 파일이어야 합니다.</translation>
    </message>
    <message>
      <source>{0} is not a model card ({1}): import the model again.</source>
      <translation>{0}: 모델 카드가 아닙니다({1}). 모델을 다시 가져오세요.</translation>
    </message>
    <message>
      <source>the model card {0} has an unknown key `{1}`: did you mean `{2}`?</source>
      <translation>모델 카드 {0}에 알 수 없는 항목 `{1}`이(가) 있습니다. `{2}`을(를) 쓰려던 것인가요?</translation>
    </message>
    <message>
      <source>{0} can have no card (`{1}`: {2}): export the model again.</source>
      <translation>{0}의 모델 카드를 만들 수 없습니다(`{1}`: {2}). 모델을 다시 내보내세요.</translation>
    </message>
    <message>
      <source>`layout` in the model card {0} is {1!r}; for a {2} it is one of {3}.</source>
      <translation>모델 카드 {0}의 `layout`이 {1!r}입니다. {2}에는 다음 중 하나를 쓰세요: {3}.</translation>
    </message>
    <message>
      <source>`{0}` in the model card {1} is wrong ({2}): mend it.</source>
      <translation>모델 카드 {1}의 `{0}`이(가) 잘못되었습니다({2}). 고치세요.</translation>
    </message>
    <message>
      <source>{0}; run on another device, for example `--device cpu`.</source>
      <translation>{0}. 다른 장치에서 실행하세요. 예: `--device cpu`.</translation>
    </message>
    <message>
      <source>CUDA failed ({0}: {1}): try `--device cpu`.</source>
      <translation>CUDA가 실패했습니다({0}: {1}). `--device cpu`를 써 보세요.</translation>
    </message>
    <message>
      <source>CUDA kernels need cuda-python: run `pip install 'skelter[tensorrt]'`.</source>
      <translation>CUDA 커널에는 cuda-python이 필요합니다. `pip install 'skelter[tensorrt]'`를 실행하세요.</translation>
    </message>
    <message>
      <source>the run-time compiler of CUDA is missing ({0}): run `pip install nvidia-cuda-nvrtc`.</source>
      <translation>CUDA의 런타임 컴파일러가 없습니다({0}). `pip install nvidia-cuda-nvrtc`를 실행하세요.</translation>
    </message>
    <message>
      <source>a CUDA kernel does not compile for {0}: {1}.</source>
      <translation>CUDA 커널이 {0}용으로 컴파일되지 않습니다: {1}.</translation>
    </message>
    <message>
      <source>the GPU has no memory left: close other programs on it, or use a smaller network.</source>
      <translation>GPU에 남은 메모리가 없습니다. GPU를 쓰는 다른 프로그램을 닫거나 더 작은 신경망을 쓰세요.</translation>
    </message>
    <message>
      <source>{0} is no detector: its card says {1}.</source>
      <translation>{0}: 검출기가 아닙니다. 카드에는 {1}(으)로 적혀 있습니다.</translation>
    </message>
    <message>
      <source>{0} takes {1}, its card says {2}: import the model again.</source>
      <translation>{0}의 입력은 {1}인데 카드에는 {2}(으)로 적혀 있습니다. 모델을 다시 가져오세요.</translation>
    </message>
    <message>
      <source>{0} gives {1}, which is not {2}: correct or remove its card.</source>
      <translation>{0}의 출력 {1}은(는) {2}이(가) 아닙니다. 카드를 고치거나 지우세요.</translation>
    </message>
    <message>
      <source>{0} knows {1} classes, its card's person_class is {2}: correct it (counted from 0), or import the model again.</source>
      <translation>{0}의 클래스는 {1}개인데 카드의 person_class는 {2}입니다. (0부터 세어) 고치거나 모델을 다시 가져오세요.</translation>
    </message>
    <message>
      <source>{0} has {1:.0f} MB free, {2:.0f} MB are needed: free some space there.</source>
      <translation>{0}에 {1:.0f} MB가 남아 있는데 {2:.0f} MB가 필요합니다. 공간을 비우세요.</translation>
    </message>
    <message>
      <source>Another Skelter is fetching {0}: wait until it is there.</source>
      <translation>다른 Skelter가 {0}을(를) 받고 있습니다. 다 받을 때까지 기다리세요.</translation>
    </message>
    <message>
      <source>{0} is full of unfinished files of this name; remove the .part files.</source>
      <translation>{0}에 이 이름의 미완성 파일이 가득합니다. .part 파일을 지우세요.</translation>
    </message>
    <message>
      <source>{0} could not be written ({1}); choose another place.</source>
      <translation>{0}: 저장하지 못했습니다({1}). 다른 위치를 선택하세요.</translation>
    </message>
    <message>
      <source>{0} is full of unfinished folders of this name; remove the .part folders.</source>
      <translation>{0}에 이 이름의 미완성 폴더가 가득합니다. .part 폴더를 지우세요.</translation>
    </message>
    <message>
      <source>The disk is full, {0} could not be written; free some space and start again.</source>
      <translation>디스크가 가득 차서 {0}을(를) 저장하지 못했습니다. 공간을 비우고 다시 시작하세요.</translation>
    </message>
    <message>
      <source>{0} is not writable, so {1} cannot be made; choose another folder.</source>
      <translation>{0}에 쓸 수 없어 {1}을(를) 만들 수 없습니다. 다른 폴더를 선택하세요.</translation>
    </message>
    <message>
      <source>The folder {0} does not exist, so {1} cannot be made; make it first.</source>
      <translation>폴더 {0}이(가) 없어 {1}을(를) 만들 수 없습니다. 폴더를 먼저 만드세요.</translation>
    </message>
    <message>
      <source>{0} is not a folder, so {1} cannot be made; choose another one.</source>
      <translation>{0}은(는) 폴더가 아니어서 {1}을(를) 만들 수 없습니다. 다른 폴더를 선택하세요.</translation>
    </message>
    <message>
      <source>{0} would be larger than this disk or account allows; choose another disk.</source>
      <translation>{0}: 이 디스크나 계정이 허용하는 크기를 넘습니다. 다른 디스크를 선택하세요.</translation>
    </message>
    <message>
      <source>The name {0} is too long for this disk; choose a shorter one.</source>
      <translation>이름 {0}은(는) 이 디스크에 너무 깁니다. 더 짧은 이름을 쓰세요.</translation>
    </message>
    <message>
      <source>{0} holds other files, such as {1}; choose another name.</source>
      <translation>{0}에 {1} 같은 다른 파일이 있습니다. 다른 이름을 선택하세요.</translation>
    </message>
    <message>
      <source>{0} What was written before is {1}.</source>
      <translation>{0} 그때까지 저장한 것은 {1}에 있습니다.</translation>
    </message>
    <message>
      <source>{0} is a file, and a folder is to be made there; choose another name.</source>
      <translation>{0}: 폴더를 만들 자리에 파일이 있습니다. 다른 이름을 선택하세요.</translation>
    </message>
    <message>
      <source>there is no model file {0}: check the name.</source>
      <translation>모델 파일 {0}이(가) 없습니다. 이름을 확인하세요.</translation>
    </message>
    <message>
      <source>{0} is a folder, not a model: name the .onnx file in it.</source>
      <translation>{0}: 모델이 아니라 폴더입니다. 그 안의 .onnx 파일을 고르세요.</translation>
    </message>
    <message>
      <source>{0} is no ONNX file: export the model to .onnx first.</source>
      <translation>{0}: ONNX 파일이 아닙니다. 모델을 먼저 .onnx로 내보내세요.</translation>
    </message>
    <message>
      <source>{0} is empty (0 bytes): copy the model again.</source>
      <translation>{0}: 빈 파일입니다(0바이트). 모델을 다시 복사하세요.</translation>
    </message>
    <message>
      <source>{0} takes {1} {2} ({3}), which is no picture in colour: give a detector or a pose network that takes one.</source>
      <translation>{0}의 입력 {1} {2}({3})은(는) 컬러 사진이 아닙니다. 컬러 사진을 받는 검출기나 자세 신경망을 쓰세요.</translation>
    </message>
    <message>
      <source>{0} takes {1} {2}, which is no size of a picture: export it for one of 16 to 4096 pixels a side.</source>
      <translation>{0}은(는) {1} {2}을(를) 받는데, 그림의 크기로 쓸 수 없습니다. 한 변이 16~4096픽셀이 되도록 내보내세요.</translation>
    </message>
    <message>
      <source>{0} gives lists or texts: give a detector or a pose network, which give numbers.</source>
      <translation>{0}은(는) 목록이나 글자를 내놓습니다. 숫자를 내놓는 검출기나 자세 신경망을 지정하세요.</translation>
    </message>
    <message>
      <source>{0} describes itself in what is no text (UTF-8): export it again.</source>
      <translation>{0}에 든 설명이 올바른 텍스트(UTF-8)가 아닙니다. 다시 내보내세요.</translation>
    </message>
    <message>
      <source>Heatmaps are made by OpenVINO: {0}.</source>
      <translation>히트맵은 OpenVINO로 만듭니다: {0}.</translation>
    </message>
    <message>
      <source>{0} is no pose network (heatmaps or SimCC of {2} or {3} keypoints) that Skelter knows ({1}): export the model in such a form.</source>
      <translation>{0}: Skelter가 아는 자세 신경망(키포인트 {2}개 또는 {3}개의 히트맵 또는 SimCC)이 아닙니다({1}). 모델을 그런 형태로 내보내세요.</translation>
    </message>
    <message>
      <source>{0} is neither a detector nor a pose network that Skelter knows ({1}): export the model as YOLOv5, v8, 11, 26, YOLOX, RTMDet with NMS, or with heatmaps or SimCC of {2} or {3} keypoints.</source>
      <translation>{0}: Skelter가 아는 검출기도 자세 신경망도 아닙니다({1}). YOLOv5, v8, 11, 26, YOLOX, NMS를 포함한 RTMDet, 또는 키포인트 {2}개나 {3}개의 히트맵이나 SimCC 형태로 모델을 내보내세요.</translation>
    </message>
    <message>
      <source>{0} is no detector (YOLOv5, v8, 11, 26, YOLOX, or RTMDet with NMS) that Skelter knows ({1}): export the model in such a form.</source>
      <translation>{0}: Skelter가 아는 검출기(YOLOv5, v8, 11, 26, YOLOX 또는 NMS가 있는 RTMDet)가 아닙니다({1}). 모델을 그런 형태로 내보내세요.</translation>
    </message>
    <message>
      <source>{0} is a detector, not a pose network ({1}): give it with --detector.</source>
      <translation>{0}: 자세 신경망이 아니라 검출기입니다({1}). --detector 옵션으로 지정하세요.</translation>
    </message>
    <message>
      <source>{0} and its weights are too large for one file (2 GB): use it by its path.</source>
      <translation>{0}와(과) 그 가중치는 한 파일(2 GB)에 담기에 너무 큽니다. 경로로 지정해 쓰세요.</translation>
    </message>
    <message>
      <source>{0} places {1} keypoints, but Skelter knows skeletons of {2}.</source>
      <translation>{0}: 키포인트가 {1}개인데 Skelter가 아는 골격은 {2}입니다.</translation>
    </message>
    <message>
      <source>{0} does not tell which of its classes is a person: say it, counted from 0, by `skelter models import {0} --person-class N`.</source>
      <translation>{0}: 어느 클래스가 사람인지 알 수 없습니다. 0부터 센 번호를 `skelter models import {0} --person-class N`으로 지정하세요.</translation>
    </message>
    <message>
      <source>{0} finds {1}, but no class called person: say which one is, counted from 0, by `skelter models import {0} --person-class N`.</source>
      <translation>{0}: {1}을(를) 찾지만 person이라는 클래스가 없습니다. 어느 것이 사람인지 0부터 센 번호를 `skelter models import {0} --person-class N`으로 지정하세요.</translation>
    </message>
    <message>
      <source>{0} is a pose network, not a detector ({1}): give it with --pose.</source>
      <translation>{0}: 검출기가 아니라 자세 신경망입니다({1}). --pose 옵션으로 지정하세요.</translation>
    </message>
    <message>
      <source>{0} keeps its weights in {1}: run `pip install onnx` first, which can join them, or export one file.</source>
      <translation>{0}의 가중치가 {1}에 있습니다. 합칠 수 있도록 먼저 `pip install onnx`를 실행하거나 한 파일로 내보내세요.</translation>
    </message>
    <message>
      <source>{0} and its weights do not fit together: export the model again.</source>
      <translation>{0}와(과) 그 가중치가 서로 맞지 않습니다. 모델을 다시 내보내세요.</translation>
    </message>
    <message>
      <source>{0} keeps weights outside its folder ({1}): export it as one file.</source>
      <translation>{0}의 가중치가 폴더 밖에 있습니다({1}). 한 파일로 내보내세요.</translation>
    </message>
    <message>
      <source>{0} keeps its weights in {1}, which is not beside it: copy it there.</source>
      <translation>{0}의 가중치가 든 {1}이(가) 옆에 없습니다. 그 자리에 복사하세요.</translation>
    </message>
    <message>
      <source>{0} knows {1} classes, counted from 0: none is {2}.</source>
      <translation>{0}의 클래스는 0부터 세어 {1}개이므로 {2}은(는) 없습니다.</translation>
    </message>
    <message>
      <source>a detector's threshold lies between 0 and 1, not at {0}.</source>
      <translation>검출기의 임곗값은 0과 1 사이여야 합니다. {0}은(는) 쓸 수 없습니다.</translation>
    </message>
    <message>
      <source>int8 has to prove itself first: run `{0}`. Where that refuses it, leave --precision out: what is fastest of what passed is taken then.</source>
      <translation>int8은 먼저 검증을 거쳐야 합니다. `{0}`을(를) 실행하세요. 거기서 거부되면 --precision을 빼세요. 그러면 통과한 것 중 가장 빠른 것을 씁니다.</translation>
    </message>
    <message>
      <source>there is no model called {0}: there is {1}, or any .onnx file by its path.</source>
      <translation>{0}(이)라는 모델이 없습니다. {1}을(를) 쓰거나 .onnx 파일의 경로를 지정하세요.</translation>
    </message>
    <message>
      <source>{0} is a pose network, not a detector: give it with --pose.</source>
      <translation>{0}: 검출기가 아니라 자세 신경망입니다. --pose 옵션으로 지정하세요.</translation>
    </message>
    <message>
      <source>{0} is a pose network: leave the person class out, it belongs to detectors.</source>
      <translation>{0}은(는) 자세 신경망입니다. person-class는 검출기에만 쓰는 옵션이므로 쓰지 마세요.</translation>
    </message>
    <message>
      <source>{0} is a detector: leave pixel rule and decoding out, they belong to pose networks.</source>
      <translation>{0}은(는) 검출기입니다. pixel-rule과 decoding은 자세 신경망에만 쓰는 옵션이므로 쓰지 마세요.</translation>
    </message>
    <message>
      <source>{0} is read in one way only ({1}): leave the decoding out.</source>
      <translation>{0}을(를) 읽는 방법은 하나뿐입니다({1}). decoding은 쓰지 마세요.</translation>
    </message>
    <message>
      <source>{0} is not here yet: run `skelter models pull {0}` first.</source>
      <translation>{0}은(는) 아직 없습니다. 먼저 `skelter models pull {0}`을 실행하세요.</translation>
    </message>
    <message>
      <source>{0} is a detector, not a pose network: give it with --detector.</source>
      <translation>{0}: 자세 신경망이 아니라 검출기입니다. --detector 옵션으로 지정하세요.</translation>
    </message>
    <message>
      <source>the libraries cannot open {0}, whose name is not UTF-8: rename it.</source>
      <translation>{0}: 이름이 UTF-8이 아니어서 라이브러리가 열 수 없습니다. 이름을 바꾸세요.</translation>
    </message>
    <message>
      <source>there is no pose model called {0}: did you mean {1}?</source>
      <translation>{0}(이)라는 자세 모델이 없습니다. {1}을(를) 찾으셨나요?</translation>
    </message>
    <message>
      <source>there is no pose model called {0}: there is {1}, or any .onnx file by its path.</source>
      <translation>{0}(이)라는 자세 모델이 없습니다. {1}을(를) 쓰거나 .onnx 파일의 경로를 지정하세요.</translation>
    </message>
    <message>
      <source>there is no detector model called {0}: did you mean {1}?</source>
      <translation>{0}(이)라는 검출기 모델이 없습니다. {1}을(를) 찾으셨나요?</translation>
    </message>
    <message>
      <source>there is no detector model called {0}: there is {1}, or any .onnx file by its path.</source>
      <translation>{0}(이)라는 검출기 모델이 없습니다. {1}을(를) 쓰거나 .onnx 파일의 경로를 지정하세요.</translation>
    </message>
    <message>
      <source>there is no model called {0}: did you mean {1}?</source>
      <translation>{0}(이)라는 모델이 없습니다. {1}을(를) 찾으셨나요?</translation>
    </message>
    <message>
      <source>engines are made with the package onnx: run `pip install onnx`.</source>
      <translation>엔진은 onnx 패키지로 만듭니다. `pip install onnx`를 실행하세요.</translation>
    </message>
    <message>
      <source>{0} is no pose network: its card says {1}.</source>
      <translation>{0}: 자세 신경망이 아닙니다. 카드에는 {1}(으)로 적혀 있습니다.</translation>
    </message>
    <message>
      <source>{0} takes {1}, its card says {2} × {3}: import it again.</source>
      <translation>{0}의 입력은 {1}인데 카드에는 {2} × {3}(으)로 적혀 있습니다. 다시 가져오세요.</translation>
    </message>
    <message>
      <source>{0} gives {1}, not {2} of {3} keypoints: mend or remove its card.</source>
      <translation>{0}의 출력 {1}은(는) {2}(키포인트 {3}개)이(가) 아닙니다. 카드를 고치거나 지우세요.</translation>
    </message>
    <message>
      <source>int8 cannot be made of this network, whose layers are no convolutions: build it in f16.</source>
      <translation>이 신경망의 층은 합성곱이 아니어서 int8로 만들 수 없습니다. f16으로 빌드하세요.</translation>
    </message>
    <message>
      <source>int8 is adjusted on {0} pictures at least, not on {1}: give more.</source>
      <translation>int8을 조정하려면 사진이 적어도 {0}장 있어야 하는데 {1}장뿐입니다. 더 지정하세요.</translation>
    </message>
    <message>
      <source>int8 cannot be made of this network ({0}): build it in f16.</source>
      <translation>이 신경망은 int8로 만들 수 없습니다({0}). f16으로 빌드하세요.</translation>
    </message>
    <message>
      <source>{0} is not laid out as Skelter exports detectors, and is used at its own size.</source>
      <translation>{0}: Skelter가 내보내는 검출기의 구조가 아니므로 원래 크기로 씁니다.</translation>
    </message>
    <message>
      <source>{0} cannot be used at another size: the cache folder takes no file.</source>
      <translation>{0}을(를) 다른 크기로 쓸 수 없습니다. 캐시 폴더에 파일을 쓸 수 없습니다.</translation>
    </message>
    <message>
      <source>{0} is not the engine that its name says: remove it, or build again.</source>
      <translation>{0}: 이름과 다른 엔진입니다. 지우거나 다시 빌드하세요.</translation>
    </message>
    <message>
      <source>{0} is damaged or was not built here: `skelter models list --prune` removes it.</source>
      <translation>{0}: 손상되었거나 여기서 빌드하지 않은 엔진입니다. `skelter models list --prune`으로 지울 수 있습니다.</translation>
    </message>
    <message>
      <source>{0} cannot be read ({1}): build the engine again.</source>
      <translation>{0}을(를) 읽을 수 없습니다({1}). 엔진을 다시 빌드하세요.</translation>
    </message>
    <message>
      <source>{0} holds no sound that can be read; export without sound.</source>
      <translation>{0}: 읽을 수 있는 소리가 없습니다. 소리 없이 내보내세요.</translation>
    </message>
    <message>
      <source>There is no camera {0}; there are {1}.</source>
      <translation>카메라 {0}은(는) 없습니다. 있는 카메라: {1}.</translation>
    </message>
    <message>
      <source>Camera {0} cannot be opened; close other programs that use it, and check that you may use cameras.</source>
      <translation>카메라 {0}을(를) 열 수 없습니다. 카메라를 쓰는 다른 프로그램을 닫고 카메라 사용 권한을 확인하세요.</translation>
    </message>
    <message>
      <source>There is no camera {0}, and no other camera was found; plug one in.</source>
      <translation>카메라 {0}이(가) 없고 다른 카메라도 찾지 못했습니다. 카메라를 연결하세요.</translation>
    </message>
    <message>
      <source>Cameras cannot be opened by {0!r}; choose one of {1}.</source>
      <translation>{0!r}(으)로는 카메라를 열 수 없습니다. 다음 중에서 선택하세요: {1}.</translation>
    </message>
    <message>
      <source>{0} is empty (0 bytes); copy or record it again.</source>
      <translation>{0}: 빈 파일입니다(0바이트). 다시 복사하거나 녹화하세요.</translation>
    </message>
    <message>
      <source>{0} holds no video; give a video file such as .mp4, .mov or .mkv.</source>
      <translation>{0}: 동영상이 들어 있지 않습니다. .mp4, .mov, .mkv 같은 동영상 파일을 여세요.</translation>
    </message>
    <message>
      <source>{0} is a folder, not a video file; name a file in it.</source>
      <translation>{0}: 동영상 파일이 아니라 폴더입니다. 그 안의 파일을 고르세요.</translation>
    </message>
    <message>
      <source>{0} is a pipe, which cannot be read as a video; save it to a file, or give a stream's address.</source>
      <translation>{0}: 파이프라서 영상으로 읽을 수 없습니다. 파일로 저장하거나 스트림 주소를 지정하세요.</translation>
    </message>
    <message>
      <source>{0} does not exist; check the name and the folder.</source>
      <translation>{0}: 없는 파일입니다. 이름과 폴더를 확인하세요.</translation>
    </message>
    <message>
      <source>{0} may not be read by you; change its permissions or take a copy of it.</source>
      <translation>{0}: 읽을 권한이 없습니다. 권한을 바꾸거나 사본을 쓰세요.</translation>
    </message>
    <message>
      <source>{0} cannot be read ({1}); check the disk or take another copy.</source>
      <translation>{0}: 읽을 수 없습니다({1}). 디스크를 확인하거나 다른 사본을 쓰세요.</translation>
    </message>
    <message>
      <source>{0} is not a video that can be read ({1}); give a video file such as .mp4, .mov or .mkv.</source>
      <translation>{0}: 읽을 수 있는 동영상이 아닙니다({1}). .mp4, .mov, .mkv 같은 동영상 파일을 여세요.</translation>
    </message>
    <message>
      <source>{0} holds video of a kind that cannot be decoded here; convert it to H.264.</source>
      <translation>{0}: 여기서 풀 수 없는 형식의 동영상입니다. H.264로 변환하세요.</translation>
    </message>
    <message>
      <source>{0} was cut off before its table of contents was written, so no player can open it; copy it again from where it was recorded.</source>
      <translation>{0}: 목차를 쓰기 전에 끊겨서 어떤 재생기로도 열 수 없습니다. 녹화한 곳에서 다시 복사하세요.</translation>
    </message>
    <message>
      <source>{0} breaks off at {1:.1f} s and the rest is missing or damaged; copy it again from where it was recorded.</source>
      <translation>{0}: {1:.1f}초에서 끊기고 나머지는 없거나 손상되었습니다. 녹화한 곳에서 다시 복사하세요.</translation>
    </message>
    <message>
      <source>{0} has no picture that can be decoded; take another copy of the file.</source>
      <translation>{0}: 풀 수 있는 화면이 없습니다. 파일의 다른 사본을 쓰세요.</translation>
    </message>
    <message>
      <source>{0} does not tell how many frames a second it shows, so nobody can tell how slow that is; convert it to .mp4 first.</source>
      <translation>{0}에는 초당 프레임 수가 없어서 얼마나 느린지 알 수 없습니다. 먼저 .mp4로 변환하세요.</translation>
    </message>
    <message>
      <source>{0} of {1} pictures were left out. The first: {2}</source>
      <translation>사진 {1}장 중 {0}장을 건너뛰었습니다. 첫 번째: {2}</translation>
    </message>
    <message>
      <source>No picture fits the pattern {0}; give a pattern of pictures ({1}).</source>
      <translation>패턴 {0}에 맞는 사진이 없습니다. 사진({1})의 패턴을 지정하세요.</translation>
    </message>
    <message>
      <source>{0} has several pages; save each of them as a picture of its own.</source>
      <translation>{0}: 여러 페이지로 된 파일입니다. 페이지마다 따로 사진으로 저장하세요.</translation>
    </message>
    <message>
      <source>{0} is not a picture that can be read; replace it or take it out of the folder.</source>
      <translation>{0}: 읽을 수 있는 사진이 아닙니다. 바꾸거나 폴더에서 빼세요.</translation>
    </message>
    <message>
      <source>One of {0} pictures was left out: {1}</source>
      <translation>사진 {0}장 중 1장을 건너뛰었습니다: {1}</translation>
    </message>
    <message>
      <source>{0} cannot be looked into ({1}); check its permissions.</source>
      <translation>{0}: 안을 볼 수 없습니다({1}). 권한을 확인하세요.</translation>
    </message>
    <message>
      <source>There is no picture in {0}; give a folder with pictures ({1}).</source>
      <translation>{0}에 사진이 없습니다. 사진({1})이 든 폴더를 여세요.</translation>
    </message>
    <message>
      <source>{0} cannot be read ({1}); check it or take it out of the folder.</source>
      <translation>{0}: 읽을 수 없습니다({1}). 확인하거나 폴더에서 빼세요.</translation>
    </message>
    <message>
      <source>{0} says that it is larger than any picture; replace it or take it out of the folder.</source>
      <translation>{0}: 파일에 적힌 크기가 어떤 사진보다도 큽니다. 바꾸거나 폴더에서 빼세요.</translation>
    </message>
    <message>
      <source>{0} gives no picture: nothing came for {1:g} s. Check that it is on and no other program uses it.</source>
      <translation>{0}: 화면이 오지 않습니다({1:g}초 동안 아무것도 오지 않음). 켜져 있는지, 다른 프로그램이 쓰고 있지 않은지 확인하세요.</translation>
    </message>
    <message>
      <source>{0} gives no picture: it sends, but no key frame yet after {1:g} s. Let it send them more often.</source>
      <translation>{0}: 화면이 오지 않습니다(전송은 되지만 {1:g}초가 지나도 키 프레임이 없음). 키 프레임을 더 자주 보내도록 설정하세요.</translation>
    </message>
    <message>
      <source>{0} gives no picture: it ended. Check that it is on and no other program uses it.</source>
      <translation>{0}: 화면이 오지 않고 끝났습니다. 켜져 있는지, 다른 프로그램이 쓰고 있지 않은지 확인하세요.</translation>
    </message>
    <message>
      <source>{0} was lost at {1:.1f} s: it ended. Check its cable or network and start again.</source>
      <translation>{0}: {1:.1f}초에 끝났습니다. 케이블이나 네트워크를 확인하고 다시 시작하세요.</translation>
    </message>
    <message>
      <source>{0} was lost at {1:.1f} s. {2}</source>
      <translation>{0}: {1:.1f}초에 연결이 끊어졌습니다. {2}</translation>
    </message>
    <message>
      <source>{0} was lost at {1:.1f} s: nothing came any more. Check its cable or network and start again.</source>
      <translation>{0}: {1:.1f}초부터 아무것도 오지 않습니다. 케이블이나 네트워크를 확인하고 다시 시작하세요.</translation>
    </message>
    <message>
      <source>{0} is no address that can be opened: those of streams begin with rtsp://, rtmp://, http://, udp:// or tcp://, and of a file the path is given.</source>
      <translation>{0}: 열 수 있는 주소가 아닙니다. 스트림의 주소는 rtsp://, rtmp://, http://, udp://, tcp:// 중 하나로 시작하며, 파일은 경로로 입력합니다.</translation>
    </message>
    <message>
      <source>--recorded-at {0:g}: give how many frames were taken a second, such as 240.</source>
      <translation>--recorded-at {0:g}: 초당 몇 프레임을 촬영했는지 지정하세요. 예: 240</translation>
    </message>
    <message>
      <source>--recorded-at is for video files; {0} is live, and comes at its true rate.</source>
      <translation>--recorded-at는 동영상 파일에 쓰는 옵션입니다. {0}은(는) 실시간이라 이미 실제 속도입니다.</translation>
    </message>
    <message>
      <source>--recorded-at is for video files; how many pictures of {0} follow each other in a second, --fps says.</source>
      <translation>--recorded-at는 동영상 파일에 쓰는 옵션입니다. {0}의 사진이 초당 몇 장 이어지는지는 --fps로 알려 주세요.</translation>
    </message>
    <message>
      <source>--fps is for pictures that follow one another; {0} tells its times itself.</source>
      <translation>--fps는 이어지는 사진에 쓰는 옵션입니다. {0}에는 시간이 이미 있습니다.</translation>
    </message>
    <message>
      <source>{0} cannot hold a picture of {1} pixels; name it .png.</source>
      <translation>{0}에는 {1}픽셀 사진을 담을 수 없습니다. 이름을 .png로 끝내세요.</translation>
    </message>
    <message>
      <source>{0} can hold one picture, and there are more; name it .mp4 for a video of them.</source>
      <translation>{0}에는 사진을 한 장만 담을 수 있는데 사진이 더 있습니다. 동영상으로 만들려면 이름을 .mp4로 끝내세요.</translation>
    </message>
    <message>
      <source>{0} was not written, because there was not one picture to write.</source>
      <translation>{0}: 저장할 화면이 하나도 없어 저장하지 않았습니다.</translation>
    </message>
    <message>
      <source>Under Wayland a program may not read the screen: log in with an X11 session (often called “on Xorg”), or record the screen with the desktop's own recorder and open that file.</source>
      <translation>Wayland에서는 프로그램이 화면을 읽을 수 없습니다. X11 세션(흔히 “on Xorg”라고 표시됨)으로 로그인하거나, 데스크톱의 화면 녹화 기능으로 녹화해 그 파일을 여세요.</translation>
    </message>
    <message>
      <source>{0} shows less than {1} × {1} pixels of the screen, which goes from {2[left]},{2[top]} and is {2[width]} × {2[height]}: choose a larger region.</source>
      <translation>{0}에 보이는 화면이 {1} × {1}픽셀보다 작습니다. 화면은 {2[left]},{2[top]}에서 시작하고 크기는 {2[width]} × {2[height]}입니다. 더 큰 영역을 고르세요.</translation>
    </message>
    <message>
      <source>There is no screen {0}; there are {1}, counted from 1.</source>
      <translation>화면 {0}은(는) 없습니다. 여기에는 화면이 {1}개 있으며 번호는 1부터입니다.</translation>
    </message>
    <message>
      <source>The screen cannot be read ({0}): that needs a display, and on a Mac the permission to record it.</source>
      <translation>화면을 읽을 수 없습니다({0}). 디스플레이가 필요하고, Mac에서는 화면 기록 권한이 필요합니다.</translation>
    </message>
    <message>
      <source>{0} could not be written ({1}); try another kind, such as .mkv.</source>
      <translation>{0}: 저장하지 못했습니다({1}). .mkv 같은 다른 형식을 써 보세요.</translation>
    </message>
    <message>
      <source>{0} does not end in a kind of video that can be written; name it one of {1}.</source>
      <translation>{0}: 저장할 수 있는 동영상 확장자가 아닙니다. 다음 중 하나를 쓰세요: {1}.</translation>
    </message>
    <message>
      <source>{0} is the video that is being read; give another name for the new one.</source>
      <translation>{0}: 지금 읽고 있는 동영상입니다. 새 동영상에는 다른 이름을 쓰세요.</translation>
    </message>
    <message>
      <source>{0} could not be written ({1}).</source>
      <translation>{0}: 저장하지 못했습니다({1}).</translation>
    </message>
    <message>
      <source>{0} cannot be opened ({1}); check the address and the network.</source>
      <translation>{0}: 열 수 없습니다({1}). 주소와 네트워크를 확인하세요.</translation>
    </message>
    <message>
      <source>{0} does not accept this name and password; check them (in an address % is written as %25).</source>
      <translation>{0}: 이 사용자 이름과 비밀번호를 받아들이지 않습니다. 확인하세요(주소에서 %는 %25로 씁니다).</translation>
    </message>
    <message>
      <source>{0} cannot be opened ({1}); check the address (write / as %2F, ? as %3F and # as %23 in a password).</source>
      <translation>{0}: 열 수 없습니다({1}). 주소를 확인하세요(비밀번호에서 /는 %2F, ?는 %3F, #은 %23으로 씁니다).</translation>
    </message>
    <message>
      <source>{0} cannot be opened: no host {1} is known; check its name and the network.</source>
      <translation>{0}: 열 수 없습니다. {1} 호스트를 찾을 수 없습니다. 이름과 네트워크를 확인하세요.</translation>
    </message>
    <message>
      <source>{0} sends no video; give the address of a video stream.</source>
      <translation>{0}: 동영상을 보내지 않습니다. 동영상 스트림의 주소를 입력하세요.</translation>
    </message>
    <message>
      <source>{0} is a recording, not a live stream; download it and open the file.</source>
      <translation>{0}: 실시간 스트림이 아니라 녹화본입니다. 내려받아 파일로 여세요.</translation>
    </message>
    <message>
      <source>{0} sends its pictures in pieces of some seconds ({1}), which cannot be watched live; give the address of its RTSP or RTMP stream.</source>
      <translation>{0}: 화면을 몇 초 길이의 조각으로 보내므로({1}) 실시간으로 볼 수 없습니다. RTSP 또는 RTMP 스트림의 주소를 입력하세요.</translation>
    </message>
    <message>
      <source>{0} is a single picture, not a stream; give the address of the camera's video.</source>
      <translation>{0}: 스트림이 아니라 사진 한 장입니다. 카메라 동영상의 주소를 입력하세요.</translation>
    </message>
    <message>
      <source>{0} wants a name and a password; give them in the address: {1}://NAME:PASSWORD@HOST.</source>
      <translation>{0}: 사용자 이름과 비밀번호가 필요합니다. 주소에 지정하세요: {1}://NAME:PASSWORD@HOST.</translation>
    </message>
    <message>
      <source>{0} can be fetched by a person only: open {1}, get {2}, and run `skelter models import {2} --name {0}`.</source>
      <translation>{0}은(는) 사람이 직접 받아야 합니다. {1}을(를) 열어 {2}을(를) 받은 다음 `skelter models import {2} --name {0}`을 실행하세요.</translation>
    </message>
    <message>
      <source>the network in {0} is not the one known (its SHA-256 differs): do not use it.</source>
      <translation>{0}에 든 신경망이 알려진 것과 다릅니다(SHA-256 불일치). 쓰지 마세요.</translation>
    </message>
    <message>
      <source>{0} holds a {1} network, not a {2} network: do not use it.</source>
      <translation>{0}에 든 것은 {2} 신경망이 아니라 {1} 신경망입니다. 쓰지 마세요.</translation>
    </message>
    <message>
      <source>{0} is no zip file, or a damaged one: fetch it again, and from elsewhere if that does not help.</source>
      <translation>{0}: zip 파일이 아니거나 손상되었습니다. 다시 받고, 그래도 안 되면 다른 곳에서 받으세요.</translation>
    </message>
    <message>
      <source>{0} can only be read by Ultralytics' own code (AGPL-3.0): run `pip install 'skelter[yolo]'` first, or give the model exported to ONNX.</source>
      <translation>{0}은(는) Ultralytics의 코드(AGPL-3.0)로만 읽을 수 있습니다. 먼저 `pip install 'skelter[yolo]'`를 실행하거나 ONNX로 내보낸 모델을 쓰세요.</translation>
    </message>
    <message>
      <source>Ultralytics cannot export {0} ({1}): export it to ONNX elsewhere.</source>
      <translation>Ultralytics가 {0}을(를) 내보내지 못합니다({1}). 다른 곳에서 ONNX로 내보내세요.</translation>
    </message>
    <message>
      <source>{0} cannot be fetched ({1}): check the network, or bring {2} by hand and run `skelter models import {3} --name {0}`.</source>
      <translation>{0}을(를) 받을 수 없습니다({1}). 네트워크를 확인하거나, {2}을(를) 직접 받아 `skelter models import {3} --name {0}`을 실행하세요.</translation>
    </message>
    <message>
      <source>{0} is a PyTorch checkpoint: import it with `skelter models import`.</source>
      <translation>{0}: PyTorch 체크포인트입니다. `skelter models import`로 가져오세요.</translation>
    </message>
    <message>
      <source>{0} holds {1} files `end2end.onnx`, not one: fetch it again.</source>
      <translation>{0}에 `end2end.onnx` 파일이 한 개가 아니라 {1}개 있습니다. 다시 받으세요.</translation>
    </message>
    <message>
      <source>{0} is not the file that {1} was made of: joints lie right only on a copy of that.</source>
      <translation>{0}은(는) {1}을(를) 만든 파일이 아닙니다. 그 파일의 사본일 때만 관절 위치가 맞습니다.</translation>
    </message>
    <message>
      <source>{0} was made of {1} ({2}), not of {3} ({4}): joints lie right only where both begin with the same picture.</source>
      <translation>{0}은(는) {3}({4})이(가) 아니라 {1}({2})(으)로 만든 것입니다. 두 동영상이 같은 장면에서 시작할 때만 관절 위치가 맞습니다.</translation>
    </message>
    <message>
      <source>Not of this run: {0}.</source>
      <translation>이번에 쓴 파일이 아님: {0}.</translation>
    </message>
    <message>
      <source>OpenSim's tools end at a gap, so what is not known lies on a straight line between what is, on so many of the frames: {0}.</source>
      <translation>OpenSim 도구는 빈 곳에서 멈추므로, 알 수 없는 값은 앞뒤 값 사이의 직선으로 채웠습니다. 채운 프레임 수: {0}.</translation>
    </message>
    <message>
      <source>The angles of {0} are sizes without signs, because which way they look is not known; say it to `skelter export` with --facing.</source>
      <translation>{0}이(가) 어느 쪽을 보는지 알 수 없어 각도에 부호가 없습니다. `skelter export`에서 --facing으로 알려 주세요.</translation>
    </message>
    <message>
      <source>{0} was smoothed by other times: that is left out; `skelter smooth` smooths anew.</source>
      <translation>{0}은(는) 다른 시간으로 다듬은 것이어서 다듬은 값을 뺐습니다. `skelter smooth`로 다시 다듬을 수 있습니다.</translation>
    </message>
    <message>
      <source>The ids in {0} are not used, because {1}: people are followed instead.</source>
      <translation>{0}의 번호는 쓰지 않고({1}) 사람을 새로 추적합니다.</translation>
    </message>
    <message>
      <source>{0} begins with frame 1: where that is the first of the video, --first-frame 1 puts people on it, who are a frame late otherwise.</source>
      <translation>{0}은(는) 프레임 1에서 시작합니다. 그것이 동영상의 첫 프레임이라면 --first-frame 1로 맞추세요. 그러지 않으면 사람이 한 프레임 늦습니다.</translation>
    </message>
    <message>
      <source>A sound track of an unknown kind is left out.</source>
      <translation>알 수 없는 종류의 소리 트랙을 뺐습니다.</translation>
    </message>
    <message>
      <source>Sound of {0} cannot be mixed into {1} and is left out.</source>
      <translation>{0} 소리를 {1}(으)로 섞을 수 없어 뺐습니다.</translation>
    </message>
    <message>
      <source>The sound of {0} ends early: {1}.</source>
      <translation>{0}의 소리가 일찍 끝납니다: {1}.</translation>
    </message>
    <message>
      <source>Skelter JSON, loss-free</source>
      <translation>Skelter JSON, 무손실</translation>
    </message>
    <message>
      <source>Skelter JSON lines</source>
      <translation>Skelter JSON lines</translation>
    </message>
    <message>
      <source>a row for each person in each frame</source>
      <translation>프레임마다 사람별 한 행</translation>
    </message>
    <message>
      <source>a row for each keypoint</source>
      <translation>키포인트마다 한 행</translation>
    </message>
    <message>
      <source>joint angles in degrees, a row for each person in each frame</source>
      <translation>관절 각도(도), 프레임마다 사람별 한 행</translation>
    </message>
    <message>
      <source>range of motion and repetitions, a row for each joint angle</source>
      <translation>관절 가동 범위와 반복 횟수, 관절 각도마다 한 행</translation>
    </message>
    <message>
      <source>speeds of body and joints, a row for each person in each frame</source>
      <translation>몸과 관절의 속도, 프레임마다 사람별 한 행</translation>
    </message>
    <message>
      <source>table for pandas and others (Parquet)</source>
      <translation>pandas 등을 위한 표(Parquet)</translation>
    </message>
    <message>
      <source>COCO keypoint results</source>
      <translation>COCO 키포인트 결과</translation>
    </message>
    <message>
      <source>PoseTrack18 JSON</source>
      <translation>PoseTrack18 JSON</translation>
    </message>
    <message>
      <source>a folder of OpenPose BODY_25 files</source>
      <translation>OpenPose BODY_25 파일 폴더</translation>
    </message>
    <message>
      <source>markers, a file for each person</source>
      <translation>마커, 사람마다 파일 하나</translation>
    </message>
    <message>
      <source>MOTChallenge text</source>
      <translation>MOTChallenge 텍스트</translation>
    </message>
    <message>
      <source>OpenSim motion, a file for each person</source>
      <translation>OpenSim 모션, 사람마다 파일 하나</translation>
    </message>
  </context>
</TS>
