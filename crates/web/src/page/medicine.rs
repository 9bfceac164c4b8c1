//! Medicines: a list by group, with brand names and the rules that speak of each.

use maud::{Markup, html};
use percuta_clinical::{book::Rule, language::Ask, logic::Sign};
use percuta_terminology::{Kind, Lexicon, Term, TermId, WordId, vocabulary::fold};

use super::{
    evidence::TRAIL,
    part,
    search::WORDS_MAX,
    shell::{self, Head, Section},
};
use crate::{Site, wording};

const PAGE_SIZE: usize = 50;

/// The page of a class (empty for every one), some words and a page number.
pub(crate) fn page(site: &Site, class: &str, words: &str, page: usize) -> Markup {
    let lexicon = site.book().vocabulary.of(Kind::Medicine);
    let found = matching(lexicon, class, words);
    let pages = found.len().div_ceil(PAGE_SIZE).max(1);
    let page = page.min(pages);
    let rows: Vec<_> = found.iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE).collect();
    let about =
        "Medicines that the rulebook knows, with brand names and the rules that speak of them.";
    let lead = html! { p.lead { (about) } p.muted { "Keep taking what was prescribed to you, whatever this list says." } };
    let href = |page: usize| {
        let (class, words) = (part::query_value(class), part::query_value(words));
        format!("/evidence/medicines?class={class}&q={words}&page={page}")
    };
    let body = html! {
        (form(lexicon, class, words))
        p.small.muted role="status" { (wording::count(found.len(), "medicine", "medicines")) }
        @if rows.is_empty() {
            (empty(lexicon, words))
        } @else {
            (part::scroll("Medicines", &table(site, lexicon, &rows)))
            (part::pager(page, pages, &href))
        }
    };
    let head = Head::new("Medicines", about, Section::Evidence);
    shell::document(
        site,
        "/evidence/medicines",
        &head,
        &part::sheet(&[TRAIL], "Medicines", &lead, &body),
    )
}

fn matching<'b>(lexicon: &'b Lexicon, class: &str, words: &str) -> Vec<(TermId, &'b Term)> {
    let members = lexicon.class(class).map(|class| lexicon.terms_of(WordId::Class(class)));
    let words = fold(words);
    let asked: Vec<&str> = words.split('-').filter(|word| !word.is_empty()).collect();
    let mut found: Vec<(TermId, &Term)> = lexicon
        .terms()
        .filter(|(_, term)| !term.is_class_word)
        .filter(|(id, _)| members.as_ref().is_none_or(|members| members.contains(*id)))
        .filter(|(_, term)| {
            let names = term.synonyms.iter().chain([&term.title, &term.code]);
            let known: Vec<String> = names.map(|name| format!("-{}", fold(name))).collect();
            asked.iter().all(|word| known.iter().any(|name| name.contains(&format!("-{word}"))))
        })
        .collect();
    found.sort_by(|left, right| left.1.title.cmp(&right.1.title));
    found
}

fn form(lexicon: &Lexicon, class: &str, words: &str) -> Markup {
    html! {
        form.filter action="/evidence/medicines" method="get" {
            div.field {
                label for="class" { "Group" }
                select.input #class name="class" {
                    option value="" selected[class.is_empty()] { "Every group" }
                    @for (_, group) in lexicon.classes() {
                        option value=(group.code) selected[group.code == class] { (group.title) }
                    }
                }
            }
            div.field {
                label for="name" { "Name or brand" }
                input.input #name type="search" name="q" value=(words) maxlength=(WORDS_MAX) autocomplete="off";
            }
            button.btn.btn--primary type="submit" { "Show" }
        }
    }
}

fn empty(lexicon: &Lexicon, words: &str) -> Markup {
    html! {
        div.empty {
            h2 { "No medicine of that name is known here" }
            p.muted { "That does not mean that it is of no concern. In the self-check, a medicine that is not known goes to a person, never past." }
            @if let Some(near) = lexicon.suggest(words) {
                a.btn href={ "/evidence/medicines?q=" (part::query_value(near)) } { "Show “" (near) "”" }
            } @else {
                a.btn href="/evidence/medicines" { "Show every medicine" }
            }
        }
    }
}

/// The rules whose conditions name a medicine.
fn rules(site: &Site, id: TermId) -> Vec<&Rule> {
    let names = |rule: &&Rule| {
        let mut named = false;
        for clause in &rule.clauses {
            clause.when.visit(Sign::For, &mut |ask, _| {
                if let Ask::Item(item) = ask {
                    named |= item.kind == Kind::Medicine && item.terms.contains(id);
                }
            });
        }
        named
    };
    site.book().rules.iter().filter(names).collect()
}

fn table(site: &Site, lexicon: &Lexicon, rows: &[&(TermId, &Term)]) -> Markup {
    html! {
        table.table {
            caption.vh { "Medicines" }
            thead { tr { th scope="col" { "Name" } th scope="col" { "Group" } th scope="col" { "Brands and other names" } th scope="col" { "Rules that speak of it" } } }
            tbody {
                @for (id, term) in rows {
                    tr {
                        th scope="row" { (wording::capital(&term.title)) @for (system, code) in &term.codes { span.under { (system.to_uppercase()) " " (code) } } }
                        td { @for (index, class) in term.classes.iter().enumerate() { @if index > 0 { br; } (lexicon.class_of(*class).title) } }
                        td { (term.synonyms.join(", ")) }
                        td {
                            @let rules = rules(site, *id);
                            @if rules.is_empty() { span.faint { "none" } }
                            @for (index, rule) in rules.iter().enumerate() { @if index > 0 { br; } a href={ "/evidence/rules/" (rule.id) } { (rule.title) } }
                        }
                    }
                }
            }
        }
    }
}
