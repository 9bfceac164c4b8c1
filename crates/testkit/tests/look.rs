//! Pictures to look at: `cargo test -p percuta-testkit --release --test look -- --ignored` writes them beside the build's own
//! temporary files. Whether a face looks like one is for people to say.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::{fs, path::Path};

use percuta_testkit::{
    camera::{Camera, png},
    face::{Head, Pose},
    scene::{Card, Light, Scene},
    series::{Subject, When},
    skin::{Skin, Spot, State},
};

fn keep(name: &str, scene: &Scene<'_>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("look");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), png(&scene.shoot().unwrap()).unwrap()).unwrap();
}

#[test]
#[ignore = "writes pictures for people to look at"]
fn faces_of_every_tone_and_in_every_light() {
    for (seed, ita) in [(1, 50.0), (2, 33.0), (3, 12.0), (4, -15.0), (5, -44.0)] {
        let (head, skin) = (Head::new(seed), Skin::new(seed, ita));
        let mut scene = Scene::of(&head, &skin, Camera::of(900, 1200));
        scene.state = State::of(vec![
            Spot::red([38.0, -30.0], 16.0, 2.2),
            Spot::red([-30.0, -52.0], 4.0, 3.5),
            Spot::red([-10.0, 40.0], 3.0, 3.0),
            Spot::brown([-45.0, -30.0], 6.0, 1.8),
        ]);
        keep(&format!("front{seed}.png"), &scene);
        scene.pose = Pose { yaw_deg: 40.0, ..Pose::default() };
        scene.card = Some(Card::beneath());
        keep(&format!("side{seed}.png"), &scene);
    }
    let (head, skin) = (Head::new(2), Skin::new(2, 33.0));
    let mut scene = Scene::of(&head, &skin, Camera::of(900, 1200));
    for (name, light) in [("raking", Light::raking()), ("tungsten", Light::tungsten())] {
        scene.light = light;
        keep(&format!("{name}.png"), &scene);
    }
    let mut close = Scene::of(&head, &skin, Camera::of(1200, 900));
    close.camera.focal_35mm = 320.0;
    close.camera.moved_mm = [38.0, -35.0];
    keep("close.png", &close);
}

#[test]
#[ignore = "writes pictures for people to look at"]
fn a_course_of_treatment() {
    for (seed, ita) in [(31, 38.0), (32, 8.0), (33, -30.0)] {
        let subject = Subject::new(seed, ita);
        for (name, when) in
            [("0", When::Before), ("4", When::Weeks(4.0)), ("12", When::Weeks(12.0))]
        {
            keep(&format!("course{seed}-{name}.png"), &subject.scene(0.0, when));
        }
        keep(&format!("course{seed}-45.png"), &subject.scene(45.0, When::Before));
    }
}
