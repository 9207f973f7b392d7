<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
  <context>
    <name>Skelter</name>
    <message numerus="yes">
      <source>%n swings of {1:.0f}° or more, {0:.1f} s each</source>
      <translation>
        <numerusform>%n swing of {1:.0f}° or more, {0:.1f} s</numerusform>
        <numerusform>%n swings of {1:.0f}° or more, {0:.1f} s each</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Check %n moments</source>
      <translation>
        <numerusform>Check %n moment</numerusform>
        <numerusform>Check %n moments</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Scale: {0:.0f} pixels are one metre, measured on %n frames known so far in the marked range.</source>
      <translation>
        <numerusform>Scale: {0:.0f} pixels are one metre, measured on %n frame known so far in the marked range.</numerusform>
        <numerusform>Scale: {0:.0f} pixels are one metre, measured on %n frames known so far in the marked range.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Scale: {0:.0f} pixels are one metre, measured on %n frames known so far.</source>
      <translation>
        <numerusform>Scale: {0:.0f} pixels are one metre, measured on %n frame known so far.</numerusform>
        <numerusform>Scale: {0:.0f} pixels are one metre, measured on %n frames known so far.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>Left and right of {0} are put back on %n frames.</source>
      <translation>
        <numerusform>Left and right of {0} are put back on %n frame.</numerusform>
        <numerusform>Left and right of {0} are put back on %n frames.</numerusform>
      </translation>
    </message>
    <message numerus="yes">
      <source>%n people</source>
      <translation>
        <numerusform>%n person</numerusform>
        <numerusform>%n people</numerusform>
      </translation>
    </message>
  </context>
</TS>
