#!/usr/bin/env python3
"""What the parts cost that no program can do without, by OpenCV on one thread: the least of seven runs.

    limit.py CASE
"""
import sys
import cv2,numpy as np,time
cv2.setNumThreads(1)
b=open(sys.argv[1]+'/before.jpg','rb').read(); raw=np.frombuffer(b,np.uint8)
def best(n,f,r=7):
    m=9
    for _ in range(r):
        t=time.process_time(); f(); m=min(m,time.process_time()-t)
    print('%-34s %.1f ms'%(n,m*1e3)); return m
im=cv2.imdecode(raw,1)
best('libjpeg-turbo decode 12 MP colour',lambda:cv2.imdecode(raw,1)); best('decode at 1/2 (DCT scaling) colour',lambda:cv2.imdecode(raw,cv2.IMREAD_REDUCED_COLOR_2)); best('decode at 1/4 grey',lambda:cv2.imdecode(raw,cv2.IMREAD_REDUCED_GRAYSCALE_4))
d=np.empty_like(im); best('memcpy 36 MB',lambda:np.copyto(d,im))
H=np.eye(3); H[0,1]=.02; best('warpPerspective 12 MP bilinear u8x3',lambda:cv2.warpPerspective(im,H,(3000,4000),dst=d))
best('BGR2LAB u8 12 MP',lambda:cv2.cvtColor(im,cv2.COLOR_BGR2LAB,dst=d))
s=cv2.resize(im[...,1],None,fx=.25,fy=.25,interpolation=cv2.INTER_AREA); best('resize 1/4 area (1 ch)',lambda:cv2.resize(im,None,fx=.25,fy=.25,interpolation=cv2.INTER_AREA))
dis=cv2.DISOpticalFlow_create(0); best('DIS ultrafast 0.75 MP',lambda:dis.calc(s,s,None)); 
h=cv2.resize(im[...,1],None,fx=.5,fy=.5,interpolation=cv2.INTER_AREA); dm=cv2.DISOpticalFlow_create(2); best('DIS medium 3 MP',lambda:dm.calc(h,np.roll(h,2,1),None),3)
o=cv2.ORB_create(2000,fastThreshold=8); best('ORB 2000 on 0.75 MP',lambda:o.detectAndCompute(s,None))
