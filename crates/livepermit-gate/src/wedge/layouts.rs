//! Keyboard layouts that are known by name.

/// The characters of a token, in the order of the images of a [`Layout`].
pub(super) const ALPHABET: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// What the keys of a layout type that type the alphabet on an American keyboard.
pub(super) struct Layout {
    pub(super) name: &'static str,
    /// The images of [`ALPHABET`]. `\0` for a key that types nothing.
    pub(super) images: &'static str,
    /// The characters of the alphabet whose keys are dead: they melt with the next letter.
    pub(super) dead: &'static str,
}

impl Layout {
    /// The character of the alphabet whose key types this character, whatever Caps Lock does.
    pub(super) fn meant(&self, typed: char) -> Option<char> {
        let exact = self.images.chars().zip(ALPHABET.chars()).find(|(image, _)| *image == typed);
        let other = || {
            let folds = |image: char| image.to_lowercase().eq(typed.to_lowercase());
            self.images.chars().zip(ALPHABET.chars()).find(|(image, _)| folds(*image))
        };
        let found = exact.or_else(other).filter(|_| typed != '\0');
        found.map(|(_, meant)| meant)
    }

    pub(super) fn is_dead(&self, meant: char) -> bool {
        self.dead.contains(meant)
    }

    /// The dead key and the letter that melt into this letter.
    pub(super) fn melted(&self, typed: char) -> Option<(char, char)> {
        const ACCENTS: [(char, &str, &str); 6] = [
            ('`', "ÀÈÌÒÙǸẀỲ", "AEIOUNWY"),
            ('´', "ÁÉÍÓÚÝĆŃŚŹŔĹ", "AEIOUYCNSZRL"),
            ('^', "ÂÊÎÔÛĈĜĤĴŜŴŶ", "AEIOUCGHJSWY"),
            ('¨', "ÄËÏÖÜŸ", "AEIOUY"),
            ('~', "ÃÑÕĨŨ", "ANOIU"),
            ('ˇ', "ČĎĚŇŘŠŤŽ", "CDENRSTZ"),
        ];
        let upper = typed.to_uppercase().next().unwrap_or(typed);
        ACCENTS.iter().find_map(|(accent, melted, letters)| {
            let (_, letter) = melted.chars().zip(letters.chars()).find(|(c, _)| *c == upper)?;
            Some((self.meant(*accent)?, self.meant(letter)?))
        })
    }

    /// Whether the line begins with the image of `LP1` and has hardly anything but images. A key
    /// that types two characters is not in the table.
    pub(super) fn explains(&self, body: &[char]) -> bool {
        let start = body.iter().map_while(|typed| self.meant(*typed)).take(3);
        let strange = body
            .iter()
            .filter(|typed| self.meant(**typed).is_none() && self.melted(**typed).is_none());
        start.eq("LP1".chars()) && strange.count().saturating_mul(10) <= body.len()
    }
}

/// The likeliest first: layouts that differ in few keys cannot always be told apart.
pub(super) const LAYOUTS: [Layout; 32] = [
    Layout { name: "German", images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXZY $%(`ß.-Ö", dead: "+" },
    Layout {
        name: "Swiss German",
        images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXZY ç%(`'.-é",
        dead: "+",
    },
    Layout {
        name: "Swiss French",
        images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXZY ç%(`'.-ö",
        dead: "+",
    },
    Layout {
        name: "French", images: "à&é\"'(-è_çQBCDEFGHIJKL?NOPARSTUVZXYW 458+):!M", dead: ""
    },
    Layout { name: "French", images: "0123456789QBCDEFGHIJKL,NOPARSTUVZXYW '(_=°/§M", dead: "" },
    Layout {
        name: "Belgian", images: "à&é\"'(§è!çQBCDEFGHIJKL?NOPARSTUVZXYW 458_):=M", dead: ""
    },
    Layout { name: "Spanish", images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%(¿'.-Ñ", dead: "" },
    Layout {
        name: "Latin American",
        images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%(¡'.-Ñ",
        dead: "",
    },
    Layout { name: "Italian", images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%(^'.-ç", dead: "" },
    Layout {
        name: "Portuguese",
        images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%(»'.-Ç",
        dead: "",
    },
    Layout {
        name: "Brazilian", images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-.;Ç", dead: ""
    },
    Layout { name: "Dutch", images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%(~/.-±", dead: "+" },
    Layout { name: "Danish", images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ ¤%(`+.-Æ", dead: "+" },
    Layout {
        name: "Norwegian",
        images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ ¤%(`+.-Ø",
        dead: "+",
    },
    Layout {
        name: "Swedish or Finnish",
        images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ ¤%(`+.-Ö",
        dead: "+",
    },
    Layout {
        name: "Czech", images: "é+ěščřžýáíABCDEFGHIJKLMNOPQRSTUVWXZY 458ˇ=.-\"", dead: "+"
    },
    Layout {
        name: "Czech (QWERTY)",
        images: "é+ěščřžýáíABCDEFGHIJKLMNOPQRSTUVWXYZ 458ˇ=.-\"",
        dead: "+",
    },
    Layout {
        name: "Slovak", images: "é+ľščťžýáíABCDEFGHIJKLMNOPQRSTUVWXZY 458ˇ=.-\"", dead: "+"
    },
    Layout {
        name: "Hungarian", images: "ö123456789ABCDEFGHIJKLMNOPQRSTUVWXZY !%(Óü.-É", dead: ""
    },
    Layout {
        name: "Croatian or Slovenian",
        images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXZY $%(*'.-Č",
        dead: "",
    },
    Layout { name: "Romanian", images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./Ș", dead: "" },
    Layout {
        name: "Canadian French",
        images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-.é:",
        dead: "",
    },
    Layout {
        name: "Turkish Q", images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ +%(_*ç.Ş", dead: ""
    },
    Layout {
        name: "Turkish F", images: "0123456789UÇVEĞAÜTNKMLSZHPFIİORCGÖDJ $%(_/.,Y", dead: ""
    },
    Layout {
        name: "Russian", images: "0123456789ФИСВУАПРШОЛДЬТЩЗЙКЫЕГМЦЧНЯ ;%*+-ю.Ж", dead: ""
    },
    Layout {
        name: "Ukrainian", images: "0123456789ФИСВУАПРШОЛДЬТЩЗЙКІЕГМЦЧНЯ ;%*+-ю.Ж", dead: ""
    },
    Layout {
        name: "Greek", images: "0123456789ΑΒΨΔΕΦΓΗΙΞΚΛΜΝΟΠ:ΡΣΤΘΩ\0ΧΥΖ $%*+-./¨", dead: ":"
    },
    Layout { name: "Hebrew", images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-ץ.:", dead: "" },
    Layout {
        name: "Arabic", images: "0123456789ِ\0}]ُ[\0أ÷ـ،/'آ×؛ٌٍَ\0`{ًْإ~ $%*+-زظ:", dead: ""
    },
    Layout { name: "Japanese", images: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%(~-./+", dead: "" },
    Layout { name: "Dvorak", images: "0123456789AXJE>UIDCHTNMBRL\"POYGK<QF: $%*}[vzS", dead: "" },
    Layout { name: "Colemak", images: "0123456789ABCSFTDHUNEIMKY:QPRGLVWXJZ $%*+-./O", dead: "" },
];
