#!/usr/bin/env python3
"""Makes the set: before and after of six faces, 12 MP each, moved, bent, relit and changed in ways that are known exactly.

    make_set.py RAW OUT

RAW holds `astronaut.png` (scikit-image) and `grace_hopper.jpg` (matplotlib); both are pictures in the public domain. The same
seeds give the same set.
"""
import sys, json, os, numpy as np, cv2
RAW,OUT=sys.argv[1:3]; os.makedirs(OUT,exist_ok=True)
W,H=3000,4000
cv2.setNumThreads(2)
def octave(rng,sig,shape=(H,W)):
    f=max(1,int(sig/2)); n=rng.standard_normal((shape[0]//f+2,shape[1]//f+2)).astype(np.float32)
    n=cv2.GaussianBlur(n,(0,0),sig/f); n/=n.std()
    return cv2.resize(n,(shape[1],shape[0]),interpolation=cv2.INTER_CUBIC)
def skin_detail(rng):
    d=0.55*octave(rng,1.6)+0.9*octave(rng,4)+1.0*octave(rng,10)+0.8*octave(rng,40)
    pores=np.zeros((H,W),np.float32)
    ys=rng.integers(0,H,60000); xs=rng.integers(0,W,60000); pores[ys,xs]=rng.random(60000)*-60
    d+=cv2.GaussianBlur(pores,(0,0),3.0)*6
    return d*2.2
def naevi(rng,img,n,mask):
    ys,xs=np.nonzero(mask[::8,::8]); k=rng.integers(0,len(ys),n)
    for y,x in zip(ys[k]*8,xs[k]*8):
        r=rng.uniform(4,14); blob(img,x,y,r,np.array([-25,-40,-45])*rng.uniform(.3,1))
def blob(img,x,y,r,delta):
    R=int(3*r); y0,y1,x0,x1=max(0,y-R),min(H,y+R),max(0,x-R),min(W,x+R)
    yy,xx=np.mgrid[y0:y1,x0:x1]; g=np.exp(-((yy-y)**2+(xx-x)**2)/(2*r*r))[...,None].astype(np.float32)
    img[y0:y1,x0:x1]+=g*np.asarray(delta,np.float32)
def base_img(kind,rng):
    if kind=='procedural_cheek':
        img=np.empty((H,W,3),np.float32); img[:]=(190,140,118)   # RGB
        img+= (octave(rng,300)*8)[...,None]*np.array([1,.9,.8],np.float32); mask=np.zeros((H,W),np.uint8)
        cv2.ellipse(mask,(1500,2000),(1250,1700),0,0,360,255,-1)
    else:
        p,crop=(('astronaut.png',(173,12,285,161)) if kind=='collins' else ('grace_hopper.jpg',(135,120,300,340)))
        im=cv2.cvtColor(cv2.imread(f'{RAW}/{p}'),cv2.COLOR_BGR2RGB); x0,y0,x1,y1=crop
        img=cv2.resize(im[y0:y1,x0:x1].astype(np.float32),(W,H),interpolation=cv2.INTER_CUBIC)
        mask=np.zeros((H,W),np.uint8); cv2.ellipse(mask,(1500,2150),(1050,1550),0,0,360,255,-1)
    img+=skin_detail(rng)[...,None]*np.array([1,1,.95],np.float32)
    naevi(rng,img,60,mask); return img,mask
def case(i,kind,sev):
    rng=np.random.default_rng(1000+i); base,mask=base_img(kind,np.random.default_rng(hash_kind(kind)))
    # lesions: known erythema edits (RGB deltas). base carries the permanent skin only.
    les=[]; ys,xs=np.nonzero(mask[::8,::8])
    before=base.copy(); after=base.copy(); gt_ery=np.zeros((H,W,3),np.float32)
    for j in range(24):
        k=rng.integers(len(ys)); y,x=int(ys[k]*8),int(xs[k]*8); r=float(rng.uniform(10,45)); a=float(rng.uniform(.5,1))
        fate=['same','faded','gone','new'][rng.integers(4)]
        d=np.array([8,-38,-30])*a
        fb,fa={'same':(1,1),'faded':(1,.4),'gone':(1,0),'new':(0,1)}[fate]
        if fb: blob(before,x,y,r,d*fb)
        if fa: blob(after,x,y,r,d*fa)
        les.append(dict(x=x,y=y,r=r,amp=a,fate=fate))
    patch=np.clip(octave(rng,160)-.8,0,2)[...,None]*np.array([6,-14,-11],np.float32)*rng.uniform(-1,1)
    after+=patch*(mask[...,None]>0)
    # clean delta a* truth (before lighting) in baseline frame
    lab=lambda im: cv2.cvtColor((np.clip(im,0,255)/255).astype(np.float32),cv2.COLOR_RGB2LAB)
    gt=(lab(after)-lab(before))[...,1]
    # geometry: p_f = Hm( p_b + d(p_b) )
    ang=np.deg2rad(rng.uniform(-8,8)*sev); s=1+rng.uniform(-.09,.09)*sev; tx,ty=rng.uniform(-.05,.05,2)*sev*W
    c=np.array([W/2,H/2]); R=np.array([[np.cos(ang),-np.sin(ang)],[np.sin(ang),np.cos(ang)]])*s
    A=np.eye(3); A[:2,:2]=R; A[:2,2]=c-R@c+[tx,ty]
    P=np.eye(3); P[2,:2]=rng.uniform(-1.6e-5,1.6e-5,2)*sev; C=np.eye(3); C[:2,2]=-c; Ci=np.eye(3); Ci[:2,2]=c
    Hm=A@Ci@P@C
    cent=np.stack([rng.uniform(700,2300,7),rng.uniform(900,3400,7)],1); amp=rng.uniform(-22,22,(7,2))*sev; sg=rng.uniform(220,480,7)
    def disp(p):
        d=np.zeros_like(p)
        for cc,a,g in zip(cent,amp,sg):
            w=np.exp(-((p-cc)**2).sum(-1)/(2*g*g)); d+=w[...,None]*a
        return d
    yy,xx=np.mgrid[0:H:4,0:W:4]; q=np.stack([xx,yy],-1).astype(np.float64)
    def pull(q,Hm,nr=True):
        Hi=np.linalg.inv(Hm); h=np.concatenate([q,np.ones(q.shape[:-1]+(1,))],-1)@Hi.T; u=h[...,:2]/h[...,2:]
        p=u.copy()
        if nr:
            for _ in range(12): p=u-disp(p)
        return p
    up=lambda m: cv2.resize(m.astype(np.float32),(W,H),interpolation=cv2.INTER_LINEAR)  # corner offset handled below
    def fullmap(Hm,nr):
        # exact on a lattice of step 4 incl. border, bilinear inside (error < 1e-3 px: smooth field)
        gy=np.arange(0,H+4,4.); gx=np.arange(0,W+4,4.); Q=np.stack(np.meshgrid(gx,gy),-1); m=pull(Q,Hm,nr).astype(np.float32)
        mx,my=np.meshgrid(np.arange(W,dtype=np.float32)/4,np.arange(H,dtype=np.float32)/4)
        return cv2.remap(m[...,0],mx,my,cv2.INTER_LINEAR),cv2.remap(m[...,1],mx,my,cv2.INTER_LINEAR)
    fx,fy=fullmap(Hm,True)
    face=cv2.remap(after,fx,fy,cv2.INTER_CUBIC,borderMode=cv2.BORDER_REFLECT)
    fm=cv2.remap(cv2.GaussianBlur(mask,(0,0),25),fx,fy,cv2.INTER_LINEAR)[...,None].astype(np.float32)/255
    B=np.eye(3); B[:2,2]=rng.uniform(-120,120,2)*sev; bx,by=fullmap(B@Hm,False)   # the background moves differently (parallax)
    bg=cv2.remap(cv2.GaussianBlur(after,(0,0),6),bx,by,cv2.INTER_LINEAR,borderMode=cv2.BORDER_REFLECT)
    m0=cv2.GaussianBlur(mask,(0,0),25)[...,None].astype(np.float32)/255
    before=before*m0+cv2.GaussianBlur(before,(0,0),6)*(1-m0)
    fol=face*fm+bg*(1-fm)
    # lighting: white balance, ramp, gamma, specular
    th=rng.uniform(0,2*np.pi); yy,xx=np.mgrid[0:H,0:W].astype(np.float32)
    ramp=1+.25*sev*(np.cos(th)*(xx/W-.5)+np.sin(th)*(yy/H-.5)); wb=1+rng.uniform(-.1,.1,3)*sev; g=1+rng.uniform(-.1,.1)*sev
    fol=255*(np.clip(fol*ramp[...,None]*wb.astype(np.float32)/255,0,1))**np.float32(g)
    for _ in range(3):
        blob(fol,int(rng.integers(800,2200)),int(rng.integers(900,3200)),float(rng.uniform(60,140)),np.array([22,22,22])*sev)
    def sensor(im,r): return np.clip(im+r.standard_normal(im.shape).astype(np.float32)*np.sqrt(np.clip(im,0,255)*.06+2.5).astype(np.float32),0,255).astype(np.uint8)
    d=f'{OUT}/{i:02d}_{kind}_s{sev:g}'; os.makedirs(d,exist_ok=True)
    for n,im in(('before',before),('after',fol)):
        cv2.imwrite(f'{d}/{n}.jpg',cv2.cvtColor(sensor(im,rng),cv2.COLOR_RGB2BGR),[cv2.IMWRITE_JPEG_QUALITY,92])
    gy,gx=np.mgrid[100:H:60,100:W:60]; pts=np.stack([gx.ravel(),gy.ravel()],1); pts=pts[mask[pts[:,1],pts[:,0]]>0].astype(np.float64)
    u=pts+disp(pts); h=np.concatenate([u,np.ones((len(u),1))],1)@Hm.T; tgt=h[:,:2]/h[:,2:]
    ok=((tgt>20)&(tgt<[W-20,H-20])).all(1)
    np.savetxt(f'{d}/truth.csv',np.concatenate([pts,tgt],1)[ok],fmt='%.4f',delimiter=',',header='bx,by,fx,fy')
    cv2.imwrite(f'{d}/roi.png',mask); cv2.imwrite(f'{d}/gt_da.png',np.clip(gt*4+128,0,255).astype(np.uint8))
    json.dump(dict(kind=kind,sev=sev,lesions=les,H=Hm.tolist(),deg=float(np.rad2deg(ang)),scale=s,t=[tx,ty],start_tre_px=float(np.median(np.hypot(*(tgt-pts).T)))),open(f'{d}/case.json','w'),indent=1)
    print(d,'identity TRE med %.0f px'%np.median(np.hypot(*(tgt-pts).T)),flush=True)
def hash_kind(k): return {'collins':11,'hopper':12,'procedural_cheek':13}[k]
i=0
for sev in (0.5,1.0):
    for kind in('collins','hopper','procedural_cheek'):
        case(i,kind,sev); i+=1
