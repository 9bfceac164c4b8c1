#!/usr/bin/env python3
"""Holds a program's answer against the truth and prints one line of JSON.

    score.py CASE OUT

How far its points are from where they should be (pixels of BEFORE, median and 95th in a hundred), and how its a* map and the true
one agree inside the face, both softened by 4 px.
"""
import sys,json,numpy as np,cv2
case,out=sys.argv[1:3]; t=np.loadtxt(case+'/truth.csv',delimiter=','); p=np.loadtxt(out+'/points.csv',delimiter=',')
e=np.hypot(*(p[:,2:]-t[:,2:]).T); roi=cv2.imread(case+'/roi.png',0)>0
g=(cv2.imread(case+'/gt_da.png',0).astype(float)-128)/4; d=(cv2.imread(out+'/da.png',0).astype(float)-128)/4
g,d=[cv2.GaussianBlur(x,(0,0),4)[roi] for x in(g,d)]; T=json.load(open(out+'/time.json'))
r=dict(tre_med=float(np.median(e)),tre_p95=float(np.percentile(e,95)),tre_med_pctW=float(np.median(e)/30),da_corr=float(np.corrcoef(g,d)[0,1]),**{k:T.get(k) for k in('total','cpu_s','rss_mb')},stages={k:round(v,2) for k,v in T.items() if k not in('total','cpu_s','rss_mb')})
print(json.dumps(r))
