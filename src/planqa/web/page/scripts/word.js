// Paragraphs -> a Word document (.docx): a few XML parts in a zip archive.

import { zip } from "./zip.js";

const OFFICE = "http://schemas.openxmlformats.org";
const MAIN = `xmlns:w="${OFFICE}/wordprocessingml/2006/main"`;
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const PARTS = "application/vnd.openxmlformats-officedocument.wordprocessingml";

const CONTENT_TYPES = `${HEAD}<Types xmlns="${OFFICE}/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml" ContentType="${PARTS}.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="${PARTS}.styles+xml"/></Types>`;

const relationships = (type, target) => `${HEAD}<Relationships xmlns="${OFFICE}/package/2006/relationships">
<Relationship Id="r1" Type="${OFFICE}/officeDocument/2006/relationships/${type}" Target="${target}"/></Relationships>`;

// id, name, size in half points, bold, colour, indent in twentieths of a point
const STYLES = [
  ["title", "Title", 36, true, "22252A", 0],
  ["question", "heading 1", 28, true, "1F5A6B", 0],
  ["answer", "Answer", 28, true, "22252A", 0],
  ["quote", "Quote", 24, false, "22252A", 480],
  ["citation", "Citation", 22, true, "22252A", 0],
  ["note", "Note", 20, false, "5F646B", 0],
];

const styleView = ([id, name, size, bold, colour, indent]) =>
  `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/>` +
  `<w:pPr><w:spacing w:before="60" w:after="60" w:line="360" w:lineRule="auto"/><w:ind w:left="${indent}"/>` +
  `${name.startsWith("heading") ? '<w:outlineLvl w:val="0"/>' : ""}</w:pPr>` +
  `<w:rPr>${bold ? "<w:b/>" : ""}<w:color w:val="${colour}"/><w:sz w:val="${size}"/></w:rPr></w:style>`;

/** The paragraphs as the bytes of a .docx file. */
export function word(paragraphs) {
  const body = paragraphs.map(
    ({ style, text }) =>
      `<w:p><w:pPr><w:pStyle w:val="${style}"/></w:pPr><w:r><w:t xml:space="preserve">${escaped(text)}</w:t></w:r></w:p>`,
  );
  return zip({
    "[Content_Types].xml": CONTENT_TYPES,
    "_rels/.rels": relationships("officeDocument", "word/document.xml"),
    "word/_rels/document.xml.rels": relationships("styles", "styles.xml"),
    "word/styles.xml": `${HEAD}<w:styles ${MAIN}>${STYLES.map(styleView).join("")}</w:styles>`,
    "word/document.xml": `${HEAD}<w:document ${MAIN}><w:body>${body.join("")}</w:body></w:document>`,
  });
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text) {
  // eslint-disable-next-line no-control-regex -- XML has no way to write these
  const printable = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "").toWellFormed();
  return printable.replace(/[&<>"]/g, (sign) => ENTITIES[sign]);
}
