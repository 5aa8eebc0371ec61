//! A browser without scripts: it opens pages, follows links, and hands forms in.

use livepermit_issuer::domain::Class;
use livepermit_issuer::http::wallets::WalletsState;
use livepermit_issuer::pages::{ClassChoice, Named, PageSettings, PagesState, router};
use livepermit_issuer::store::Database;

use crate::place::Place;
use crate::wallets::http::{Answer, send};
use crate::wallets::world::World;
use livepermit_testkit::html::Page;

fn named(zh: &str, en: &str) -> Named {
    Named { zh: zh.to_owned(), en: en.to_owned() }
}

fn pages(wallets: &WalletsState<Database>) -> PagesState<Database> {
    let class =
        |class, zh, en| ClassChoice { class: Class::new(class).unwrap(), name: named(zh, en) };
    let classes = vec![
        class("resident", "居住证", "Residence permit"),
        class("student", "学生居住证", "Student’s residence permit"),
    ];
    let settings = PageSettings::new(named("北京示例受理中心", "Beijing Example Office"), classes);
    PagesState::new(wallets.clone(), settings, &[9; 32])
}

/// An issuer with pages.
pub(super) async fn world(place: Place) -> World {
    with_path(place, "").await
}

pub(super) async fn with_path(place: Place, path: &'static str) -> World {
    World::with(place, path, |wallets| router(pages(wallets))).await
}

/// Opens an address, of the same server.
pub(super) async fn open(world: &World, address: &str, headers: &[(&str, &str)]) -> Answer {
    let path = address.strip_prefix(&format!("http://127.0.0.1:{}", world.port));
    send(world.port, &format!("GET {}", path.unwrap_or(address)), headers, &[]).await
}

/// Opens a page that is there.
pub(super) async fn page(world: &World, address: &str) -> Page {
    Page::read(open(world, address, &[]).await.good(200).body())
}

const BOUNDARY: &str = "----a boundary 7f3a";

/// A picture, as small as it can be.
pub(super) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR data IEND";

/// Sends a form's body.
pub(super) async fn post(
    world: &World,
    action: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let media_type = format!("multipart/form-data; boundary=\"{BOUNDARY}\"");
    let headers = [headers, &[("Content-Type", &*media_type)]].concat();
    send(world.port, &format!("POST {action}"), &headers, body).await
}

/// A form that somebody fills in.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) action: String,
    pub(super) fields: Vec<(String, String)>,
    /// Files that were chosen: field, name, bytes. A field in which nothing was chosen has one
    /// without a name.
    pub(super) files: Vec<(String, String, Vec<u8>)>,
}

impl Form {
    /// The form of a page, with what stands in it.
    pub(super) fn of(page: &Page) -> Self {
        let (action, fields, files) = page.form();
        let nothing = |field: String| (field, String::new(), Vec::new());
        Self { action, fields, files: files.into_iter().map(nothing).collect() }
    }

    /// Fills in a field, which has to be there.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let field = self.fields.iter_mut().find(|(known, _)| known == name);
        value.clone_into(&mut field.unwrap_or_else(|| panic!("no field {name}")).1);
    }

    /// Chooses one more file in a field, which has to be there.
    pub(super) fn choose(&mut self, field: &str, bytes: &[u8]) {
        assert!(self.files.iter().any(|(known, _, _)| known == field), "no field {field}");
        self.files.push((field.to_owned(), "<script>.exe".to_owned(), bytes.to_vec()));
    }

    /// The body, as a browser sends it: a box that is not ticked is not sent.
    pub(super) fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (name, value) in &self.fields {
            let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"");
            if !(name == "acting_consent" && value.is_empty()) {
                body.extend(format!("{head}\r\n\r\n{value}\r\n").into_bytes());
            }
        }
        for (field, name, bytes) in &self.files {
            body.extend(
                format!(
                    "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; \
                     filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
                )
                .into_bytes(),
            );
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        body
    }

    pub(super) fn get(&self, name: &str) -> &str {
        let field = self.fields.iter().find(|(known, _)| known == name);
        &field.unwrap_or_else(|| panic!("no field {name}")).1
    }

    /// Fills in all fields of an application.
    pub(super) fn fill(&mut self) {
        for (name, value) in [
            ("class", "resident"),
            ("name", "王小明"),
            ("born", "1990-03-07"),
            ("document_kind", "identity-card"),
            ("document_number", "110101199003071234"),
            ("address", "海淀区示例路1号"),
        ] {
            self.set(name, value);
        }
        self.choose("identity", PNG);
    }

    pub(super) async fn hand_in(&self, world: &World) -> Answer {
        post(world, &self.action, &[], &self.body()).await
    }
}
