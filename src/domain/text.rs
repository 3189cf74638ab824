//! Texts from outside, parsed once at the edge and carried inward as types. Nothing here reads a
//! database: uniqueness is decided by the key columns, which hold what [`key`] gives.

use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_locale_core::Locale;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::CodePointSetData;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, props::BidiControl};

use super::error::{Error, Parsed, TextFault};

/// A group's title, a role's name, a person's first or last name: 1 to 255 scalar values, in NFC as typed, and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub text: String,
    /// What is compared: two labels with one key are the same label.
    pub key: String,
}

impl Label {
    pub fn parse(raw: &str) -> Parsed<Self> {
        let text = line(raw, 255)?;
        let key = key(&text);
        if key.is_empty() {
            return Err(vec![TextFault::Blank]);
        }
        Ok(Self { text, key })
    }
}

/// An e-mail address: at most 254 scalar values, one `@`, a plausible domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(pub Label);

impl Email {
    pub fn parse(raw: &str) -> Parsed<Self> {
        let text = line(raw, 254)?;
        let plausible = text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && local.chars().count() <= 64
                && !text.contains(char::is_whitespace)
                && is_plausible_domain(domain)
        });
        if !plausible {
            return Err(vec![TextFault::InvalidFormat(
                "must be an e-mail address such as ada@example.org",
            )]);
        }
        let key = key(&text);
        Ok(Self(Label { text, key }))
    }
}

/// An optional text of several lines, at most 1,000 scalar values; blank is absent.
pub fn description(raw: Option<&str>) -> Parsed<Option<String>> {
    let text = normalize(raw.unwrap_or_default());
    let is_forbidden = |c| is_forbidden(c) && !"\n\r\t".contains(c);
    all_right(judge(&text, 1_000, is_forbidden, FORBIDDEN))?;
    Ok((!text.is_empty()).then_some(text))
}

/// A language: a tag of BCP 47 (RFC 5646), in its canonical form.
pub fn locale(raw: &str) -> Parsed<String> {
    let tag = raw.trim();
    if tag.is_empty() {
        return Err(vec![TextFault::Blank]);
    }
    let locale = if tag.len() > 64 { None } else { Locale::try_from_str(tag).ok() };
    let locale = locale.ok_or_else(|| vec![NO_LOCALE])?;
    Ok(locale.to_string())
}

/// A part of a rule: `*`, or 1 to 64 of `A-Z a-z 0-9 . _ -`, taken as it is.
pub fn rule_part(raw: &str) -> Parsed<String> {
    if raw.is_empty() {
        return Err(vec![TextFault::Blank]);
    }
    if raw != "*" {
        let is_no_name = |c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c);
        all_right(judge(raw, 64, is_no_name, NO_NAME))?;
    }
    Ok(raw.to_owned())
}

/// Words of a search: each is looked for in all names.
const MAX_WORDS: usize = 8;

/// [`search_pattern`] for each word of a text: of a person's names in any order.
pub fn search_patterns(raw: &str) -> Result<Vec<String>, Error> {
    search_pattern(raw)?;
    let words: Vec<&str> = raw.split_whitespace().collect();
    if words.len() > MAX_WORDS {
        let text = format!("search must have at most {MAX_WORDS} words.");
        return Err(Error::Input(text));
    }
    words.into_iter().map(search_pattern).filter_map(Result::transpose).collect()
}

/// A pattern for `LIKE ... ESCAPE '\'` that finds a text anywhere in a key column; `None` for a blank
/// text, which finds everything.
pub fn search_pattern(raw: &str) -> Result<Option<String>, Error> {
    if raw.contains('\0') || raw.chars().count() > 255 {
        return Err(Error::Input(
            "search must be at most 255 characters long, without U+0000.".into(),
        ));
    }
    let key = key(raw);
    let escaped = key.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    Ok((!key.is_empty()).then(|| format!("%{escaped}%")))
}

/// What a text is compared, searched and sorted by: its NFKC case folding, without the code points
/// that show nothing (`toNFKC_Casefold`, Unicode Standard, section 3.13).
#[must_use]
pub fn key(text: &str) -> String {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let nfkc = ComposingNormalizerBorrowed::new_nfkc();
    let fold = |text: &str| {
        let folded = CaseMapper::new().fold_string(text).into_owned();
        nfkc.normalize(&folded).into_owned()
    };
    let visible: String = DecomposingNormalizerBorrowed::new_nfd()
        .normalize(text)
        .chars()
        .filter(|c| !ignorable.contains(*c))
        .collect();
    // Folding can leave what folds further once it is composed: the second pass reaches the end.
    fold(&fold(&visible)).trim().to_owned()
}

const FORBIDDEN: TextFault = TextFault::InvalidFormat(
    "must not contain control characters or characters that change the direction of text",
);

const NO_LOCALE: TextFault =
    TextFault::InvalidFormat("must be the tag of a language such as en, de-AT or zh-Hant");
const NO_NAME: TextFault = TextFault::InvalidFormat(
    "must be * or an exact name of letters, digits, dots, underscores and hyphens; \
     patterns such as sal* do not exist",
);

/// One line of text: trimmed, in NFC, 1 to `max` scalar values, something to see in it.
fn line(raw: &str, max: usize) -> Parsed<String> {
    let text = normalize(raw);
    let mut faults = judge(&text, max, is_forbidden, FORBIDDEN);
    if text.chars().all(is_invisible) {
        faults.push(TextFault::Blank);
    }
    all_right(faults)?;
    Ok(text)
}

fn normalize(raw: &str) -> String {
    let text: Cow<'_, str> = ComposingNormalizerBorrowed::new_nfc().normalize(raw.trim());
    text.into_owned()
}

/// What is wrong with the length of a text, and with any of its characters.
fn judge(
    text: &str,
    max: usize,
    is_wrong: impl Fn(char) -> bool,
    wrong: TextFault,
) -> Vec<TextFault> {
    let actual = text.chars().count();
    let too_long = (actual > max).then_some(TextFault::TooLong { max, actual });
    let wrong = text.chars().any(is_wrong).then_some(wrong);
    wrong.into_iter().chain(too_long).collect()
}

fn all_right(faults: Vec<TextFault>) -> Parsed<()> {
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// Controls, separators of lines and paragraphs, and what overrides the direction of the text around
/// it (the three marks that only hint at a direction are part of ordinary Arabic and Hebrew text).
fn is_forbidden(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    let embeds = CodePointSetData::new::<BidiControl>().contains(c);
    matches!(
        category,
        GeneralCategory::Control
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    ) || (embeds && !matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}'))
}

fn is_invisible(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || GeneralCategoryGroup::Separator.contains(category)
        || category == GeneralCategory::Format
        // Blank by design, though a letter or symbol by category.
        || matches!(c, '\u{2800}' | '\u{3164}' | '\u{FFA0}' | '\u{115F}' | '\u{1160}')
}

/// Dot-separated labels of letters, digits and inner hyphens (RFC 1035, section 2.3.1, and RFC 5890
/// for letters beyond ASCII).
fn is_plausible_domain(domain: &str) -> bool {
    domain.split('.').all(|label| {
        (1..=63).contains(&label.chars().count())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    }) && domain.contains('.')
}
