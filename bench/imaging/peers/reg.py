#!/usr/bin/env python3
"""Runs one peer on one pair.

    reg.py METHOD CASE OUT

Every program gets the same: before.jpg, after.jpg, roi.png (the face in BEFORE) and the points of truth.csv's first two columns;
and owes the same: where those points are in AFTER, AFTER on BEFORE's grid (in memory), and the map of how CIELAB a* changed.
"""
import sys,os,time,json,resource
m,case,out=sys.argv[1:4]; os.makedirs(out,exist_ok=True)
import numpy as np
import cv2
if m.startswith('ski'): import skimage, skimage.feature, skimage.measure, skimage.transform, skimage.registration
if m.startswith('elx'): import itk
if m.startswith('sitk'): import SimpleITK as sitk
if m.startswith('ants'): import ants
if m.startswith('kornia'): import torch, kornia
cv2.setNumThreads(2)
qp=np.loadtxt(case+'/truth.csv',delimiter=',')[:,:2]
T={}; cpu=lambda: (lambda r:r.ru_utime+r.ru_stime)(resource.getrusage(resource.RUSAGE_SELF))
c0=cpu(); t0=time.perf_counter(); tl=t0
def lap(n):
    global tl
    t=time.perf_counter(); T[n]=T.get(n,0)+t-tl; tl=t
b=cv2.imread(case+'/before.jpg'); a=cv2.imread(case+'/after.jpg'); roi=cv2.imread(case+'/roi.png',0); lap('decode')
H,W=b.shape[:2]
g=lambda im: im[...,1]           # green channel: best skin contrast
def small(im,s): return cv2.resize(im,None,fx=s,fy=s,interpolation=cv2.INTER_AREA)
S=lambda s:np.array([[s,0,(s-1)/2],[0,s,(s-1)/2],[0,0,1.]])   # pixel-centre-true scaling
def ap(Hm,p): h=np.c_[p,np.ones(len(p))]@Hm.T; return h[:,:2]/h[:,2:]
def feat(kind,s):
    bg,ag,rm=small(g(b),s),small(g(a),s),cv2.resize(roi,None,fx=s,fy=s,interpolation=cv2.INTER_NEAREST)
    clahe=cv2.createCLAHE(2.0,(8,8)); bg,ag=clahe.apply(bg),clahe.apply(ag)
    det=cv2.ORB_create(12000,fastThreshold=8) if kind=='orb' else cv2.SIFT_create(8000,contrastThreshold=.015)
    k1,d1=det.detectAndCompute(bg,rm); k2,d2=det.detectAndCompute(ag,None); lap('features')
    bf=cv2.BFMatcher(cv2.NORM_HAMMING if kind=='orb' else cv2.NORM_L2)
    if kind=='orb' : mm=bf.knnMatch(d1,d2,2)
    else:
        fl=cv2.FlannBasedMatcher(dict(algorithm=1,trees=4),dict(checks=48)); mm=fl.knnMatch(d1,d2,2)
    gd=[x for x,y in (t for t in mm if len(t)==2) if x.distance<.8*y.distance]
    p=np.float32([k1[x.queryIdx].pt for x in gd]); q=np.float32([k2[x.trainIdx].pt for x in gd]); lap('match')
    Hs,inl=cv2.findHomography(p,q,cv2.USAC_MAGSAC,4*s,maxIters=5000,confidence=.9999); lap('ransac')
    T['matches']=len(gd); T['inliers']=int(inl.sum())
    Hf=np.linalg.inv(S(s))@Hs@S(s)
    return Hf
def ecc(Hf,s):
    bg,ag=small(g(b),s),small(g(a),s); rm=cv2.resize(roi,None,fx=s,fy=s,interpolation=cv2.INTER_NEAREST)
    w=(S(s)@Hf@np.linalg.inv(S(s))).astype(np.float32); w/=w[2,2]
    try:
        _,w=cv2.findTransformECC(bg,ag,w,cv2.MOTION_HOMOGRAPHY,(3,60,1e-5),rm,5)
    except TypeError: _,w=cv2.findTransformECC(bg,ag,w,cv2.MOTION_HOMOGRAPHY,(3,60,1e-5))
    lap('ecc'); return np.linalg.inv(S(s))@w.astype(float)@S(s)
fieldx=fieldy=None; pts=None; Hf=None
def from_flow(Hf,flow,s):
    """flow at scale s on the homography-warped after image -> full map baseline px -> after px"""
    f=cv2.resize(flow,(W,H),interpolation=cv2.INTER_LINEAR)/s
    xx,yy=np.meshgrid(np.arange(W,dtype=np.float32),np.arange(H,dtype=np.float32))
    px,py=xx+f[...,0],yy+f[...,1]; Hh=Hf.astype(np.float32)
    den=Hh[2,0]*px+Hh[2,1]*py+Hh[2,2]
    return (Hh[0,0]*px+Hh[0,1]*py+Hh[0,2])/den,(Hh[1,0]*px+Hh[1,1]*py+Hh[1,2])/den
if m in('cv_orb','cv_orb_ecc','cv_sift','cv_sift_ecc'):
    k='orb' if 'orb' in m else 'sift'; Hf=feat(k,.5 if k=='orb' else .33)
    if m.endswith('ecc'): Hf=ecc(Hf,.25)
elif m in('cv_sift_dis','cv_orb_dis'):
    Hf=feat('sift' if 'sift' in m else 'orb',.33 if 'sift' in m else .5); s=.5
    wa=cv2.warpPerspective(small(g(a),s),S(s)@Hf@np.linalg.inv(S(s)),(W//2,H//2),flags=cv2.INTER_LINEAR|cv2.WARP_INVERSE_MAP,borderMode=cv2.BORDER_REPLICATE)
    bs=small(g(b),s); cl=cv2.createCLAHE(2.0,(8,8))
    dis=cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM); fl=dis.calc(cl.apply(bs),cl.apply(wa),None); lap('flow')
    fieldx,fieldy=from_flow(Hf,fl,s)
elif m=='cv_tuned':
    # strongest OpenCV recipe found: everything coarse that can be coarse. ORB at 1/4 + MAGSAC, DIS MEDIUM at 1/4, u8 Lab change map
    Hf=feat('orb',.25); s=.25
    wa=cv2.warpPerspective(small(g(a),s),S(s)@Hf@np.linalg.inv(S(s)),(int(W*s),int(H*s)),flags=cv2.INTER_LINEAR|cv2.WARP_INVERSE_MAP,borderMode=cv2.BORDER_REPLICATE)
    cl=cv2.createCLAHE(2.0,(8,8)); fl=cv2.DISOpticalFlow_create(2).calc(cl.apply(small(g(b),s)),cl.apply(wa),None); lap('flow')
    # map built at 1/4 then upsampled (smooth), homography composed at low res
    xx,yy=np.meshgrid((np.arange(int(W*s),dtype=np.float32)+.5)/s-.5,(np.arange(int(H*s),dtype=np.float32)+.5)/s-.5); px,py=xx+fl[...,0]/s,yy+fl[...,1]/s; h=Hf.astype(np.float32); den=h[2,0]*px+h[2,1]*py+h[2,2]
    fieldx=cv2.resize((h[0,0]*px+h[0,1]*py+h[0,2])/den,(W,H)); fieldy=cv2.resize((h[1,0]*px+h[1,1]*py+h[1,2])/den,(W,H))
elif m=='ski_sift_ilk':
    s=.2; bg,ag=small(g(b),s)/255.,small(g(a),s)/255.
    e=lambda i: (lambda f:(f.detect_and_extract(i),f)[1])(skimage.feature.SIFT(upsampling=1))
    f1,f2=e(bg),e(ag); lap('features')
    mt=skimage.feature.match_descriptors(f1.descriptors,f2.descriptors,max_ratio=.8,cross_check=True); lap('match')
    p=f1.keypoints[mt[:,0]][:,::-1]; q=f2.keypoints[mt[:,1]][:,::-1]; rm=small(roi,s)
    k=rm[p[:,1].astype(int),p[:,0].astype(int)]>0; p,q=p[k],q[k]
    tr,_=skimage.measure.ransac((p,q),skimage.transform.ProjectiveTransform,4,.8,max_trials=2000,rng=1); lap('ransac')
    Hs=tr.params; wa=skimage.transform.warp(ag,tr,output_shape=bg.shape,mode='edge')
    v,u=skimage.registration.optical_flow_ilk(bg,wa,radius=15); lap('flow'); Hf=np.linalg.inv(S(s))@Hs@S(s)
    fieldx,fieldy=from_flow(Hf,np.stack([u,v],-1).astype(np.float32),s)
elif m=='elx_bspline':
    s=.25; F=itk.image_from_array(small(g(b),s).astype(np.float32)); M=itk.image_from_array(small(g(a),s).astype(np.float32)); K=itk.image_from_array((small(roi,s)>127).astype(np.uint8))
    po=itk.ParameterObject.New(); af=po.GetDefaultParameterMap('affine',4); af['MaximumNumberOfIterations']=['400']; af['AutomaticTransformInitialization']=['true']
    bs=po.GetDefaultParameterMap('bspline',3,40.0); bs['MaximumNumberOfIterations']=['400']; bs['NumberOfSpatialSamples']=['4096']
    for x in(af,bs): x['Metric']=x['Metric'][:1] if x is af else x['Metric']; po.AddParameterMap(x)
    res,tp=itk.elastix_registration_method(F,M,parameter_object=po,fixed_mask=K,log_to_console=False,number_of_threads=2); lap('elastix')
    df=np.asarray(itk.transformix_deformation_field(M,tp)).astype(np.float32); lap('field')
    xx,yy=np.meshgrid(np.arange(W,dtype=np.float32),np.arange(H,dtype=np.float32)); d=cv2.resize(df[...,:2],(W,H))/s
    fieldx,fieldy=xx+d[...,0],yy+d[...,1]
elif m=='sitk_affine_ffd':
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(2)
    s=.25; F=sitk.GetImageFromArray(small(g(b),s).astype(np.float32)); M=sitk.GetImageFromArray(small(g(a),s).astype(np.float32)); K=sitk.GetImageFromArray((small(roi,s)>127).astype(np.uint8))
    def reg(t,it,lr=None):
        R=sitk.ImageRegistrationMethod(); R.SetMetricAsCorrelation(); R.SetMetricFixedMask(K); R.SetMetricSamplingStrategy(R.RANDOM); R.SetMetricSamplingPercentage(.1,1)
        R.SetInterpolator(sitk.sitkLinear); R.SetShrinkFactorsPerLevel([8,4,2]); R.SetSmoothingSigmasPerLevel([4,2,1])
        if lr: R.SetOptimizerAsLBFGSB(numberOfIterations=it)
        else: R.SetOptimizerAsRegularStepGradientDescent(1.,1e-4,it); R.SetOptimizerScalesFromPhysicalShift()
        return R,t
    t=sitk.CenteredTransformInitializer(F,M,sitk.AffineTransform(2),sitk.CenteredTransformInitializerFilter.GEOMETRY)
    R,_=reg(t,200); R.SetInitialTransform(t,True); R.Execute(F,M); lap('affine')
    bt=sitk.BSplineTransformInitializer(F,[8,10],3); R,_=reg(bt,60,1); R.SetMovingInitialTransform(t); R.SetInitialTransform(bt,True); R.Execute(F,M); lap('bspline')
    ct=sitk.CompositeTransform([t,bt]); df=sitk.GetArrayFromImage(sitk.TransformToDisplacementField(ct,sitk.sitkVectorFloat64,F.GetSize())).astype(np.float32); lap('field')
    xx,yy=np.meshgrid(np.arange(W,dtype=np.float32),np.arange(H,dtype=np.float32)); d=cv2.resize(df,(W,H))/s; fieldx,fieldy=xx+d[...,0],yy+d[...,1]
elif m=='ants_syn':
    s=.25; F=ants.from_numpy(small(g(b),s).astype(np.float32).T.copy()); M=ants.from_numpy(small(g(a),s).astype(np.float32).T.copy()); K=ants.from_numpy((small(roi,s)>127).astype(np.float32).T.copy())
    r=ants.registration(F,M,type_of_transform='SyN',mask=K,syn_metric='CC',syn_sampling=3,reg_iterations=(60,40,20),aff_metric='GC',random_seed=1); lap('ants')
    import pandas as pd
    gx=np.arange(0,W*s,4.); gy=np.arange(0,H*s,4.); Q=np.stack(np.meshgrid(gx,gy),-1).reshape(-1,2)
    o=ants.apply_transforms_to_points(2,pd.DataFrame(Q,columns=['x','y']),r['fwdtransforms'])[['x','y']].to_numpy()
    d=(o-Q).reshape(len(gy),len(gx),2).astype(np.float32); lap('field')
    xx,yy=np.meshgrid(np.arange(W,dtype=np.float32),np.arange(H,dtype=np.float32))
    mx,my=((xx+.5)*s-.5)/4,((yy+.5)*s-.5)/4; fieldx=xx+cv2.remap(d[...,0],mx,my,cv2.INTER_LINEAR)/s; fieldy=yy+cv2.remap(d[...,1],mx,my,cv2.INTER_LINEAR)/s
elif m=='kornia_homography':
    torch.set_num_threads(2); s=.125
    tb=torch.from_numpy(small(g(b),s).astype(np.float32)/255)[None,None]; ta=torch.from_numpy(small(g(a),s).astype(np.float32)/255)[None,None]
    R=kornia.geometry.transform.ImageRegistrator('homography',pyramid_levels=5,num_iterations=200,lr=1e-3)
    h=R.register(tb,ta).detach().numpy()[0].astype(float); lap('register')      # src->dst in normalised [-1,1] coords
    hs,ws=tb.shape[2:]; N=np.array([[2/(ws-1),0,-1],[0,2/(hs-1),-1],[0,0,1.]]); 
    c=[np.linalg.inv(N)@x@N for x in (h,np.linalg.inv(h))]; gt=np.loadtxt(case+'/truth.csv',delimiter=',')
    c=[np.linalg.inv(S(s))@x@S(s) for x in c]; Hf=min(c,key=lambda x:np.median(np.hypot(*(ap(x,gt[:,:2])-gt[:,2:]).T)))   # direction convention picked in its favour
elif m=='none': Hf=np.eye(3)
if fieldx is None:
    wa=cv2.warpPerspective(a,Hf,(W,H),flags=cv2.INTER_LINEAR|cv2.WARP_INVERSE_MAP); pts=ap(Hf,qp)
else:
    wa=cv2.remap(a,fieldx,fieldy,cv2.INTER_LINEAR)
    xi=np.clip(np.round(qp).astype(int),0,[W-1,H-1]); pts=np.c_[fieldx[xi[:,1],xi[:,0]],fieldy[xi[:,1],xi[:,0]]]
lap('warp')
# illumination-normalised a* change: local mean/gain removal with a 200 px blur, all OpenCV
def lab(im): return cv2.cvtColor(im,cv2.COLOR_BGR2LAB)[...,1].astype(np.float32)-128 if m=='cv_tuned' else cv2.cvtColor(im.astype(np.float32)*(1/255.),cv2.COLOR_BGR2LAB)[...,1]
def low(x): return cv2.resize(cv2.GaussianBlur(cv2.resize(x,None,fx=1/16,fy=1/16,interpolation=cv2.INTER_AREA),(0,0),25),(W,H),interpolation=cv2.INTER_LINEAR)
d=lab(wa)-lab(b); d-=low(d); lap('change_map')
T['total']=time.perf_counter()-t0; T['cpu_s']=cpu()-c0; T['rss_mb']=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024
np.savetxt(out+'/points.csv',np.c_[qp,pts],fmt='%.4f',delimiter=','); cv2.imwrite(out+'/da.png',np.clip(d*4+128,0,255).astype(np.uint8)); json.dump(T,open(out+'/time.json','w'),indent=1)
