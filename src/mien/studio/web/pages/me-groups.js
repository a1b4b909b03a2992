// How the parts of an avatar are grouped and shown. What the studio offers beyond this appears in the last group by itself.

/** Worn on skin, but jewellery all the same; the rest of the extras are with the marks. */
const JEWELS = new Set(["bindi", "brow-ring", "lip-ring", "nose-ring", "nose-stud", "septum-ring"]);

/** Name and icon of each group, and its paths in order; "path!" keeps the extras that are jewels, "path?" the others. */
const LAYOUT = [
  ["face", ["skin.colour", "shape.width", "shape.length", "shape.jaw", "shape.chin", "shape.cheeks", "ears.size", "ears.stick_out"]],
  ["hair", ["hair.style", "hair.colour", "hair.highlights", "hair.fringe", "hair.parting", "hair.length", "hair.volume", "hair.hairline"]],
  ["eyes", ["eyes.shape", "eyes.colour", "brows.shape", "brows.colour", "eyes.size", "eyes.spacing", "eyes.tilt", "eyes.lashes", "eyes.lid",
    "brows.thickness", "brows.angle"]],
  ["nose", ["nose.kind", "nose.width", "nose.length", "mouth.width", "mouth.fullness", "mouth.lip_colour"]],
  ["beard", ["facial_hair.style", "facial_hair.colour", "facial_hair.density"]],
  ["glasses", ["glasses.style", "glasses.colour", "glasses.lens"]],
  ["hat", ["headwear.style", "headwear.colour"]],
  ["jewel", ["earrings.style", "earrings.colour", "extras.worn!"]],
  ["marks", ["extras.worn?", "marks.moles", "marks.freckles", "marks.blush", "marks.wrinkles", "marks.eyeliner", "marks.eye_shadow", "marks.lipstick"]],
  ["shirt", ["clothing.style", "clothing.colour", "clothing.second"]],
  ["ground", ["background.style", "background.colour", "background.second"]],
  ["me", ["presentation", "plain"]],
];

/** What a thumbnail shows of the head, by path; the whole of it otherwise. */
const CROPS = {
  "nose.kind": "nose", "nose.width": "nose", "nose.length": "face", "mouth.width": "mouth", "mouth.fullness": "mouth",
  "eyes.shape": "eyes", "eyes.size": "eyes", "eyes.spacing": "eyes", "eyes.tilt": "eyes", "eyes.lashes": "eyes", "eyes.lid": "eyes",
  "brows.shape": "brows", "brows.thickness": "brows", "brows.angle": "brows", "marks.eyeliner": "eyes",
};

/** Small things are seen from near. */
const CROP_OF = {
  "nose-stud": "nose", "nose-ring": "nose", "septum-ring": "nose", "lip-ring": "mouth", "brow-ring": "brows", bindi: "brows", nose: "nose",
  "brow-left": "brows", "brow-right": "brows", "lip-left": "mouth", "lip-right": "mouth", chin: "mouth", "cheek-left": "face", "cheek-right": "face",
  dimples: "face", "cleft-chin": "mouth", "nose-plaster": "face", "brow-scar": "brows", "cheek-scar": "face",
};

/** The crop of one choice of a part. */
export const cropOf = (part, name) => (part.kind === "several" ? CROP_OF[name] : part.crop) ?? null;

/** Colours that mean nothing while another path is "none". */
const NEEDS = {
  "facial_hair.colour": "facial_hair.style", "facial_hair.density": "facial_hair.style", "glasses.colour": "glasses.style",
  "glasses.lens": "glasses.style", "headwear.colour": "headwear.style", "earrings.colour": "earrings.style",
  "clothing.colour": "clothing.style", "clothing.second": "clothing.style", "background.colour": "background.style",
  "background.second": "background.style",
};

/** [{name, parts: [{...choice, crop, needs}]}] from what GET /api/avatar/choices tells. */
export function grouped(choices) {
  const left = new Map(choices.map((choice) => [choice.path, choice]));
  const part = (word) => {
    const path = word.replace(/[!?]$/, "");
    const choice = left.get(path);
    if (!choice) return null;
    const jewels = word.endsWith("!");
    const names = word === path ? choice.choices : choice.choices.filter((name) => JEWELS.has(name) === jewels);
    return { ...choice, choices: names, label: jewels ? "jewels" : path, crop: CROPS[path] ?? null, needs: NEEDS[path] ?? null };
  };
  const groups = LAYOUT.map(([name, words]) => ({ name, parts: words.map(part).filter(Boolean) }));
  for (const { parts } of groups) for (const { path } of parts) left.delete(path);
  groups.at(-1).parts.push(...[...left.keys()].map(part));
  return groups;
}

/** Where a guessed trait is changed. */
export const GROUP_OF_TRAIT = {
  glasses: "glasses", facial_hair: "beard", hair_len: "hair", hair_form: "hair", hair_colour: "hair", fringe: "hair", headwear: "hat",
  brows: "eyes", mst: "face", presentation: "me", age: "marks", earrings: "jewel",
};

/** Faces in the first row after the eight labels; chosen for being used often (Unicode's emoji frequency, 2021). */
export const POPULAR = ["😂", "😍", "🤣", "😊", "🥰", "😘", "😭", "😅", "🤔", "😎", "😉", "🥳", "😴", "😱", "🙄"];
