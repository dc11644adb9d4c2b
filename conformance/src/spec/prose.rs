//! Keywords of BCP 14 in running text.

use super::Problem;
use super::requirement::begins;

const KEYWORDS: [&str; 8] = ["MUST", "SHOULD", "MAY", "SHALL", "REQUIRED", "RECOMMENDED", "OPTIONAL", "MANDATORY"];

/// The keyword phrases of a text, in order: `MUST NOT` is one.
pub(super) fn keyword_phrases(text: &str) -> Vec<String> {
    let text = without_code(text);
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut phrases = Vec::new();
    for (index, word) in words.iter().enumerate() {
        if KEYWORDS.contains(word) {
            let not = words.get(index + 1) == Some(&"NOT");
            phrases.push(if not { format!("{word} NOT") } else { (*word).to_owned() });
        }
    }
    phrases
}

/// A keyword outside a requirement item binds nobody and is proved by nothing. The paragraph that names
/// BCP 14 explains the keywords and may use them.
pub(super) fn stray_keywords(file: &str, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    for paragraph in paragraphs(text) {
        if paragraph.iter().any(|(_, line)| line.contains("BCP 14")) {
            continue;
        }
        for (number, line) in paragraph {
            for phrase in keyword_phrases(line) {
                let text = format!("{phrase} outside of a requirement");
                problems.push(Problem { file: file.to_owned(), line: number, text });
            }
        }
    }
    problems
}

/// Runs of lines that are neither code nor part of a requirement item.
fn paragraphs(text: &str) -> Vec<Vec<(usize, &str)>> {
    let mut paragraphs = vec![Vec::new()];
    let (mut fenced, mut item, mut code, mut blank) = (false, false, false, true);
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if line.trim().is_empty() {
            paragraphs.push(Vec::new());
            (item, blank) = (false, true);
            continue;
        }
        item = begins(line) || (item && line.starts_with("  "));
        code = line.starts_with("    ") && (blank || code);
        blank = false;
        if fenced || item || code {
            continue;
        }
        if let Some(paragraph) = paragraphs.last_mut() {
            paragraph.push((index + 1, line));
        }
    }
    paragraphs
}

/// The text without what stands between backquotes.
fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        stray_keywords("x.md", text).into_iter().map(|problem| problem.line).collect()
    }

    #[test]
    fn phrases() {
        assert_eq!(keyword_phrases("A reader MUST NOT, and MAY; a must is none"), ["MUST NOT", "MAY"]);
        assert_eq!(keyword_phrases("the code `MUST` is none, MUSTER neither"), Vec::<String>::new());
    }

    #[test]
    fn keywords_belong_into_requirements() {
        let text =
            "You MUST.\n\n- **X-001** [reader; vector] A reader MUST\n  or MUST.\n\nThen SHOULD.\n- a list MAY\n";
        assert_eq!(lines(text), [1, 6, 7]);
    }

    #[test]
    fn code_and_the_explanation_of_keywords_may_have_them() {
        assert_eq!(lines("The words MUST and MAY are\nread as in BCP 14 MUST.\n"), Vec::<usize>::new());
        assert_eq!(lines("Shape:\n\n    - **X** MUST\n    MUST\n\n```\nMUST\n```\n"), Vec::<usize>::new());
        assert_eq!(lines("```\nMUST\n```\nMUST\n"), [4]);
    }
}
