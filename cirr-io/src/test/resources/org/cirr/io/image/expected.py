# Writes expected.tsv from the shared data: python3 expected.py > expected.tsv (in shared/data; numpy only, no image library).
# Columns: file|extents, fastest first|CRC-32 of the float32 values, big-endian|their sum in double|four voxels.
# independent reading with struct+numpy; prints: file shape(z y x) sum, weighted sum, some voxels, spacing, affine
import struct,gzip,glob,os,numpy as np,zlib
def rd(p):
    b=open(p,'rb').read()
    return gzip.decompress(b) if b[:2]==b'\x1f\x8b' else b
T={2:'u1',4:'i2',8:'i4',16:'f4',64:'f8',256:'i1',512:'u2',768:'u4',1024:'i8',1280:'u8'}
def nii(p,img=None):
    b=rd(p)
    for e in '<>':
        if struct.unpack(e+'i',b[:4])[0]==348: v=1;break
        if struct.unpack(e+'i',b[:4])[0]==540: v=2;break
    g=lambda f,o:struct.unpack_from(e+f,b,o)
    if v==1: dim=g('8h',40);dt=g('h',70)[0];pix=g('8f',76);off=int(g('f',108)[0]);sl,it=g('2f',112)
    else: dim=g('8q',16);dt=g('h',12)[0];pix=g('8d',104);off=g('q',168)[0];sl,it=g('2d',176)
    sh=dim[1:1+dim[0]]
    if dt not in T: return None
    src=rd(img) if img else b
    n=int(np.prod(sh))
    a=np.frombuffer(src,dtype=e+T[dt],count=n,offset=off).astype('f8')
    if sl!=0 and np.isfinite(sl): a=a*sl+it
    a=a.astype('f4').astype('f8')
    return sh,a,pix
def show(name,r):
    sh,a,pix=r
    n=a.size
    w=(np.arange(n)%1009).astype('f8')
    pick=[0,n//3,n//2,n-1]
    crc=zlib.crc32(np.ascontiguousarray(a.astype('>f4')).tobytes())
    print('%s|%s|%08x|%r|%s'%(name,'x'.join(map(str,sh)),crc,float(a.sum()),' '.join(repr(float(np.float32(a[i]))) for i in pick)))
if __name__=='__main__':
    for p in sorted(glob.glob('nibabel/*.nii*')+glob.glob('nifti-rs/**/*.nii*',recursive=True)+glob.glob('chaos-t2/*.nii.gz')+glob.glob('ibsi/*/nifti/*/*.nii.gz')):
        if 'fuzz' in p: continue
        r=nii(p)
        if r is None: print('#',p); continue
        show(p,r)
    show('nifti-rs/minimal.hdr',nii('nifti-rs/minimal.hdr','nifti-rs/minimal.img'))
    show('nifti-rs/minimal.img.gz',nii('nifti-rs/minimal.hdr.gz','nifti-rs/minimal.img.gz'))
    show('nifti-rs/minimal2.hdr',nii('nifti-rs/minimal2.hdr','nifti-rs/minimal2.img.gz'))
    # nrrd
    NT={'short':'i2','int16':'i2','int':'i4','double':'f8','unsigned char':'u1','unsigned short':'u2'}
    for p in sorted(glob.glob('pynrrd/*.nrrd')+glob.glob('pyradiomics/*.nrrd')):
        b=open(p,'rb').read(); i=b.index(b'\n\n'); h={}
        for l in b[:i].decode().split('\n')[1:]:
            if ': ' in l and not l.startswith('#') and ':=' not in l: k,v=l.split(': ',1); h[k]=v
        d=b[i+2:]
        for _ in range(int(h.get('line skip',0))): d=d[d.index(b'\n')+1:]
        sh=tuple(int(x) for x in h['sizes'].split()); n=int(np.prod(sh))
        if h['encoding']=='bzip2': continue
        if h['encoding']=='ASCII': a=np.array(d.split(),dtype='f8')
        else:
            if h['encoding']=='gzip': d=gzip.decompress(d)
            a=np.frombuffer(d,dtype='<'+NT[h['type']],count=n).astype('f8')
        show(p,(sh,a.astype('f4').astype('f8'),None))
    a=np.frombuffer(open('pynrrd/BallBinary30x30x30.raw','rb').read(),dtype='<i2').astype('f8')
    show('pynrrd/BallBinary30x30x30.nhdr',((30,30,30),a,None))
    show('pynrrd/BallBinary30x30x30_byteskip_minus_one.nhdr',((30,30,30),a,None))
    b=rd('pynrrd/BallBinary30x30x30.nii.gz'); 
    show('pynrrd/BallBinary30x30x30_byteskip_minus_one_nifti.nhdr',((30,30,30),np.frombuffer(b[-54000:],dtype='<i2').astype('f8'),None))
    show('pynrrd/BallBinary30x30x30_nifti.nhdr',((30,30,30),np.frombuffer(b[:54000],dtype='<i2').astype('f8'),None))
