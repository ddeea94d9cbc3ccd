//! What a footer may be, before it is parsed: the parser recurses into nested columns, so a footer
//! with a million of them in each other would overflow the stack.

/// Bytes of a footer at most.
pub const MOST_FOOTER_BYTES: u64 = 512 << 20;

/// Columns in each other at most.
const MOST_DEPTH: usize = 64;

/// Structs and lists in each other in Thrift's compact protocol, at most.
const MOST_THRIFT_DEPTH: usize = 32;

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
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
            8 => {
                let count = self.varint()?;
                self.jump(count)
            }
            9 | 10 => {
                let (count, kind) = self.list()?;
                for _ in 0..count {
                    self.skip(kind, true, depth + 1)?;
                }
                Some(())
            }
            12 => {
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

    /// The number of children of a SchemaElement.
    fn children(&mut self) -> Option<i64> {
        let mut children = 0;
        let mut last = 0;
        while let Some((number, kind)) = self.field(last)? {
            if number == 5 && kind == 5 {
                children = self.zigzag()?;
            } else {
                self.skip(kind, false, 0)?;
            }
            last = number;
        }
        Some(children)
    }

    /// The depth of the columns, at most MOST_DEPTH + 1.
    fn depth(&mut self) -> Option<usize> {
        let mut last = 0;
        while let Some((number, kind)) = self.field(last)? {
            last = number;
            if number != 2 || kind != 9 {
                self.skip(kind, false, 0)?;
                continue;
            }
            let (count, _) = self.list()?;
            let mut open: Vec<i64> = Vec::new();
            let mut deepest = 0;
            for _ in 0..count {
                while open.last() == Some(&0) {
                    open.pop();
                }
                if let Some(rest) = open.last_mut() {
                    *rest -= 1;
                }
                open.push(self.children()?.max(0));
                deepest = deepest.max(open.len());
                if deepest > MOST_DEPTH {
                    return Some(deepest);
                }
            }
            return Some(deepest);
        }
        None
    }
}

/// Refuses a footer whose columns are nested too deep, and one that is not a footer.
pub fn check_depth(footer: &[u8]) -> Result<(), String> {
    match (Cursor { bytes: footer, at: 0 }).depth() {
        None => Err("is damaged: its footer cannot be read".to_string()),
        Some(depth) if depth > MOST_DEPTH => {
            Err(format!("has columns more than {MOST_DEPTH} levels deep"))
        }
        Some(_) => Ok(()),
    }
}
