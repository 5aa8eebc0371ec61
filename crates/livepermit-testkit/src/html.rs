//! Reads what the pages are made of: enough to find their elements, and strict where a browser is
//! lenient. A page with a tag that is not closed, or with text that is not escaped, is no page here.

/// An element, in the order of the page.
#[derive(Clone, Debug)]
pub struct Element {
    /// Its name.
    pub name: String,
    attributes: Vec<(String, String)>,
    /// The text in it, also of elements in it.
    pub text: String,
}

/// A page.
#[derive(Clone, Debug)]
pub struct Page {
    /// All elements, in the order in which they begin.
    pub elements: Vec<Element>,
}

/// Elements without an end (HTML, 13.1.2).
const VOID: [&str; 5] = ["input", "link", "meta", "br", "img"];

impl Element {
    /// The value of an attribute.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }
}

/// Text with its character references read.
fn read_text(text: &str) -> String {
    let mut read = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        read.push_str(before);
        let (name, behind) = behind.split_once(';').unwrap_or_else(|| panic!("a bare & in {text}"));
        read.push(match name {
            "#60" | "lt" => '<',
            "#62" | "gt" => '>',
            "#38" | "amp" => '&',
            "#34" | "quot" => '"',
            "#39" => '\'',
            other => panic!("&{other};"),
        });
        rest = behind;
    }
    read + rest
}

fn read_attributes(tag: &str) -> Vec<(String, String)> {
    let mut attributes: Vec<(String, String)> = Vec::new();
    let mut rest = tag.trim();
    while !rest.is_empty() {
        let end = rest.find([' ', '=', '\n']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let (value, behind) = match behind.strip_prefix("=\"") {
            Some(behind) => behind.split_once('"').unwrap(),
            None => ("", behind),
        };
        assert!(!value.contains('<'), "an attribute that is not escaped: {value}");
        assert!(attributes.iter().all(|(known, _)| known != name), "{name} twice in {tag}");
        attributes.push((name.to_owned(), read_text(value)));
        rest = behind.trim_start();
    }
    attributes
}

impl Page {
    /// Reads a page.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut elements: Vec<Element> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut rest = text.strip_prefix("<!DOCTYPE html>\n").unwrap();
        while let Some((before, behind)) = rest.split_once('<') {
            assert!(!before.contains('>'), "a bare > in {before}");
            for place in &open {
                elements[*place].text.push_str(&read_text(before));
            }
            let (tag, behind) = behind.split_once('>').unwrap();
            rest = behind;
            if let Some(name) = tag.strip_prefix('/') {
                let place = open.pop().unwrap_or_else(|| panic!("</{name}> without its begin"));
                assert_eq!(elements[place].name, name, "closed in another order");
                continue;
            }
            let empty = tag.ends_with('/');
            let tag = tag.trim_end_matches('/');
            let end = tag.find([' ', '\n']).unwrap_or(tag.len());
            let (name, attributes) = tag.split_at(end);
            let attributes = read_attributes(attributes);
            elements.push(Element { name: name.to_owned(), attributes, text: String::new() });
            if !empty && !VOID.contains(&name) {
                open.push(elements.len() - 1);
            }
        }
        assert!(open.is_empty() && rest.trim().is_empty(), "not closed: {open:?} {rest}");
        Self { elements }
    }

    /// All elements with this name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.elements.iter().filter(move |element| element.name == name)
    }

    /// The one element with this name.
    #[must_use]
    pub fn one(&self, name: &str) -> &Element {
        let mut all = self.all(name);
        let one = all.next().unwrap_or_else(|| panic!("no <{name}>"));
        assert!(all.next().is_none(), "more than one <{name}>");
        one
    }

    /// The element with this id.
    #[must_use]
    pub fn id(&self, id: &str) -> Option<&Element> {
        let mut all = self.elements.iter().filter(|element| element.get("id") == Some(id));
        let one = all.next();
        assert!(all.next().is_none(), "more than one #{id}");
        one
    }

    /// The texts of all elements of this class.
    #[must_use]
    pub fn class(&self, class: &str) -> Vec<&str> {
        let with = |element: &&Element| {
            element.get("class").is_some_and(|all| all.split(' ').any(|each| each == class))
        };
        self.elements.iter().filter(with).map(|element| &*element.text).collect()
    }

    /// The fields at which the summary of problems points.
    #[must_use]
    pub fn problems(&self) -> Vec<&str> {
        let links = self.all("a").filter_map(|link| link.get("href")?.strip_prefix('#'));
        links.filter(|field| *field != "main").collect()
    }

    /// The address of the one form, its fields with their values, and its fields for files.
    #[must_use]
    pub fn form(&self) -> (String, Vec<(String, String)>, Vec<String>) {
        let action = self.one("form").get("action").unwrap().to_owned();
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut files = Vec::new();
        for element in &self.elements {
            let Some(name) = element.get("name") else {
                if let ("option", Some(value), Some(_)) =
                    (&*element.name, element.get("value"), element.get("selected"))
                {
                    value.clone_into(&mut fields.last_mut().unwrap().1);
                }
                continue;
            };
            if element.get("type") == Some("file") {
                files.push(name.to_owned());
            } else if element.get("type") == Some("checkbox") && element.get("checked").is_none() {
                fields.push((name.to_owned(), String::new()));
            } else if matches!(&*element.name, "input" | "select" | "textarea") {
                fields.push((name.to_owned(), element.get("value").unwrap_or_default().to_owned()));
            }
        }
        (action, fields, files)
    }
}
