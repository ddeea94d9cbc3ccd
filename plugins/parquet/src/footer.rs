//! What a footer may be, before it is parsed. The parser recurses into nested columns, so a footer
//! with a million of them in each other would overflow the stack. And it believes the schema: a
//! footer has no checksum, but each row group states the names and types of the columns again.

use std::hash::{DefaultHasher, Hasher};

/// Bytes of a footer at most.
pub const MOST_FOOTER_BYTES: u64 = 512 << 20;

/// Columns in each other at most.
const MOST_DEPTH: usize = 64;

/// Structs and lists in each other in Thrift's compact protocol, at most.
const MOST_THRIFT_DEPTH: usize = 32;

/// Columns whose names and types are compared, at most.
const MOST_COMPARED: usize = 1 << 20;

/// Types in Thrift's compact protocol.
const I32: u8 = 5;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// A column that has values, as the schema or a row group describes it.
#[derive(Clone, Copy, PartialEq)]
struct Leaf {
    path: u64, // a hash of the names that lead to it
    kind: i64, // parquet.thrift's Type
}

/// The hash of a path of one more name.
fn longer(path: u64, name: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write_u64(path);
    hasher.write(name);
    hasher.finish()
}

/// What the footer's schema says of a column.
struct Element<'a> {
    kind: Option<i64>,
    name: &'a [u8],
    children: i64,
}

/// What is known of a footer.
struct Footer {
    depth: usize,            // of its columns, at most MOST_DEPTH + 1
    is_other: Option<usize>, // the column that the first row group describes in another way
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    fn jump(&mut self, count: u64) -> Option<()> {
        let end = self.at.checked_add(usize::try_from(count).ok()?)?;
        if end > self.bytes.len() {
            return None;
        }
        self.at = end;
        Some(())
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let count = self.varint()?;
        let begin = self.at;
        self.jump(count)?;
        Some(&self.bytes[begin..self.at])
    }

    fn list(&mut self) -> Option<(u64, u8)> {
        let byte = self.byte()?;
        let count = match byte >> 4 {
            15 => self.varint()?,
            count => u64::from(count),
        };
        Some((count, byte & 15))
    }

    /// The next field's number and type; None inside for the end of the struct.
    fn field(&mut self, last: i64) -> Option<Option<(i64, u8)>> {
        let byte = self.byte()?;
        let kind = byte & 15;
        if kind == 0 {
            return Some(None);
        }
        let number = match byte >> 4 {
            0 => self.zigzag()?,
            step => last + i64::from(step),
        };
        Some(Some((number, kind)))
    }

    fn skip(&mut self, kind: u8, is_in_list: bool, depth: usize) -> Option<()> {
        if depth > MOST_THRIFT_DEPTH {
            return None;
        }
        match kind {
            1 | 2 => self.jump(u64::from(is_in_list)),
            3 => self.jump(1),
            4..=6 => self.varint().map(|_| ()),
            7 => self.jump(8),
            BINARY => self.text().map(|_| ()),
            LIST | 10 => {
                let (count, kind) = self.list()?;
                for _ in 0..count {
                    self.skip(kind, true, depth + 1)?;
                }
                Some(())
            }
            STRUCT => {
                let mut last = 0;
                while let Some((number, kind)) = self.field(last)? {
                    self.skip(kind, false, depth + 1)?;
                    last = number;
                }
                Some(())
            }
            _ => None,
        }
    }

    /// Calls `read` with the number and type of each field of a struct. It returns whether it has read
    /// the field's value, which is skipped else.
    fn fields(&mut self, mut read: impl FnMut(&mut Self, i64, u8) -> Option<bool>) -> Option<()> {
        let mut last = 0;
        while let Some((number, kind)) = self.field(last)? {
            if !read(self, number, kind)? {
                self.skip(kind, false, 0)?;
            }
            last = number;
        }
        Some(())
    }

    /// A SchemaElement.
    fn element(&mut self) -> Option<Element<'a>> {
        let mut element = Element { kind: None, name: &[], children: 0 };
        self.fields(|at, number, kind| {
            match (number, kind) {
                (1, I32) => element.kind = Some(at.zigzag()?),
                (4, BINARY) => element.name = at.text()?,
                (5, I32) => element.children = at.zigzag()?.max(0),
                _ => return Some(false),
            }
            Some(true)
        })?;
        Some(element)
    }

    /// The schema: how deep it is, at most MOST_DEPTH + 1, and its leaves.
    fn schema(&mut self, leaves: &mut Vec<Leaf>) -> Option<usize> {
        let (count, _) = self.list()?;
        // Of the groups that the next column is in: how many columns are to come, and the path.
        let mut open: Vec<(i64, u64)> = Vec::new();
        let mut deepest = 0;
        for _ in 0..count {
            while open.last().is_some_and(|(rest, _)| *rest == 0) {
                open.pop();
            }
            let element = self.element()?;
            let path = match open.last_mut() {
                // The root's name is in no path.
                None => 0,
                Some((rest, path)) => {
                    *rest -= 1;
                    longer(*path, element.name)
                }
            };
            if let (Some(kind), 0) = (element.kind, element.children) {
                if leaves.len() < MOST_COMPARED {
                    leaves.push(Leaf { path, kind });
                }
            }
            open.push((element.children, path));
            deepest = deepest.max(open.len());
            if deepest > MOST_DEPTH {
                break;
            }
        }
        Some(deepest)
    }

    /// A ColumnMetaData; None inside where it does not name the column, which some writers leave out.
    fn column_metadata(&mut self) -> Option<Option<Leaf>> {
        let mut has_path = false;
        let mut leaf = Leaf { path: 0, kind: -1 };
        self.fields(|at, number, kind| {
            match (number, kind) {
                (1, I32) => leaf.kind = at.zigzag()?,
                (3, LIST) => {
                    has_path = true;
                    let (count, _) = at.list()?;
                    for _ in 0..count {
                        leaf.path = longer(leaf.path, at.text()?);
                    }
                }
                _ => return Some(false),
            }
            Some(true)
        })?;
        Some(has_path.then_some(leaf))
    }

    /// The number of the first column of a row group that is not the schema's; None inside for none.
    fn other_column(&mut self, leaves: &[Leaf]) -> Option<Option<usize>> {
        let mut is_other = None;
        self.fields(|at, number, kind| {
            if (number, kind) != (1, LIST) {
                return Some(false);
            }
            let (count, _) = at.list()?;
            for column in 0..count as usize {
                at.fields(|at, number, kind| {
                    if (number, kind) != (3, STRUCT) {
                        return Some(false);
                    }
                    let there = at.column_metadata()?;
                    let is_same = match (there, leaves.get(column)) {
                        (Some(there), Some(leaf)) => there == *leaf,
                        _ => true,
                    };
                    if !is_same && is_other.is_none() {
                        is_other = Some(column);
                    }
                    Some(true)
                })?;
            }
            Some(true)
        })?;
        Some(is_other)
    }

    fn footer(&mut self) -> Option<Footer> {
        let mut footer = Footer { depth: 0, is_other: None };
        let mut leaves = Vec::new();
        let mut last = 0;
        while let Some((number, kind)) = self.field(last)? {
            last = number;
            match (number, kind) {
                (2, LIST) => {
                    footer.depth = self.schema(&mut leaves)?;
                    if footer.depth > MOST_DEPTH {
                        return Some(footer);
                    }
                }
                (4, LIST) => {
                    let (count, _) = self.list()?;
                    if count > 0 {
                        footer.is_other = self.other_column(&leaves)?;
                    }
                    // The other row groups state it once more, and nobody reads it.
                    break;
                }
                _ => self.skip(kind, false, 0)?,
            }
        }
        (footer.depth > 0).then_some(footer)
    }
}

/// Refuses a footer that is none, one whose columns are nested too deep, and one whose first row
/// group has other columns than the schema.
pub fn check_footer(footer: &[u8]) -> Result<(), String> {
    match (Cursor { bytes: footer, at: 0 }).footer() {
        None => Err("is damaged: its footer cannot be read".to_string()),
        Some(Footer { depth, .. }) if depth > MOST_DEPTH => {
            Err(format!("has columns more than {MOST_DEPTH} levels deep"))
        }
        Some(Footer { is_other: Some(column), .. }) => Err(format!(
            "is damaged: its first row group has another name or type of column {} than its schema",
            column + 1
        )),
        Some(_) => Ok(()),
    }
}
