/** The page's texts in English; their shape is what every other language must fill. */
export const en = {
  name: "Music",
  as: (name: string) => `Signed in as ${name}`,
  skip: "Skip to the content",
  language: "Language",

  title: "Music for your video, from the feelings in it",
  lead: "Upload a video in which people speak. Four pieces of music are composed for the emotions in their voices, and you choose the one that fits.",
  drop: {
    label: "Choose a video",
    here: "or drop it here",
    now: "Let go to upload",
    hint: (most: string) => `MP4, MOV, WebM, MKV or AVI, up to ${most}. The first 100 seconds are used.`,
    starting: "Starting…",
    type: (name: string) =>
      `“${name}” is not a video that can be used. Choose an MP4, MOV, WebM, MKV or AVI file.`,
    empty: (name: string) => `“${name}” is empty. Choose another file.`,
    size: (name: string, size: string, most: string) =>
      `“${name}” is ${size}, and at most ${most} can be uploaded. Choose a shorter or smaller video.`,
    several: "Several files were dropped. Choose one video.",
  },

  runs: {
    title: "Your videos",
    none: "Nothing yet. Your videos and their music will be listed here.",
    more: "Show more",
    loading: "Loading your videos…",
    chosen: (n: number) => `version ${n} chosen`,
    remove: (name: string) => `Delete ${name}`,
  },

  state: {
    uploading: "Uploading",
    waiting: "Waiting",
    running: "In progress",
    succeeded: "Ready",
    failed: "Failed",
    stopped: "Stopped",
  },

  run: {
    back: "All videos",
    added: (when: string) => `Added ${when}`,
    one: "Video",
    loading: "Loading this video…",
    gone: "This video is not here",
    goneWhy: "It was deleted, or it belongs to somebody else.",
    remove: "Delete",
    again: "Start again",
    other: "Upload another video",
    reason: "What went wrong",
    partial: "What has been composed is below, and can be chosen.",
    stopped: "Stopped",
  },

  upload: {
    title: "Uploading",
    of: (sent: string, all: string) => `${sent} of ${all}`,
    stay: "Keep this tab open until the upload is done.",
    cancel: "Cancel upload",
    done: "Uploaded. The music will begin in a moment.",
    elsewhere: "The upload did not finish here",
    elsewhereWhy:
      "It is running in another tab, or it was interrupted. If no other tab is uploading, choose the video again.",
    failed: "The upload stopped",
    lost: "The connection was lost before the whole video was there.",
    retry: "Upload again",
  },

  steps: {
    title: "Progress",
    listen: "Listening",
    listening: "Hearing what is said, and how it feels",
    listened: "The emotions are known",
    unheard: "This could not be done",
    compose: "Composing",
    composing: (done: number) => `${done} of 4 versions`,
    queue: "Machines are being started. The first minutes are quiet.",
    waiting: "Waiting",
    running: "Running",
    succeeded: "Done",
    failed: "Failed",
    since: (time: string) => `for ${time}`,
    took: (time: string) => `took ${time}`,
  },

  results: {
    title: "Choose your music",
    soon: "Four versions",
    version: (n: number) => `Version ${n}`,
    waiting: "Begins after the listening",
    next: "Waits for a machine",
    composing: "Composing…",
    failed: "This version could not be composed",
    missing: "This version was not made",
    play: (n: number) => `Play version ${n}`,
    pause: (n: number) => `Pause version ${n}`,
    position: (n: number) => `Position in version ${n}`,
    at: (now: string, all: string) => `${now} of ${all}`,
    unplayable: "This version cannot be played here. Download it instead.",
    emotions: "Heard in your video",
    choose: (n: number) => `Choose version ${n}`,
    chosen: "Your choice",
    saved: (n: number) => `Version ${n} is your choice.`,
    video: "Video",
    music: "Music",
    downloadVideo: (n: number) => `Download the video with version ${n}`,
    downloadMusic: (n: number) => `Download the music of version ${n}`,
    ready: (n: number) => `Version ${n} is ready.`,
  },

  emotion: {
    anger: "Anger",
    disgust: "Disgust",
    sadness: "Sadness",
    fear: "Fear",
    joy: "Joy",
    surprise: "Surprise",
    neutral: "Calm",
  },

  remove: {
    title: (name: string) => `Delete “${name}”?`,
    why: "The video and its music are deleted for good.",
    running: "It is still in work: that is stopped, and the video is deleted for good.",
    yes: "Delete",
    no: "Keep",
    done: (name: string) => `“${name}” was deleted.`,
  },

  failure: {
    offline: "No connection. This page goes on by itself when you are online again.",
    session: "You were signed out after a while. Sign in to go on; nothing is lost.",
    signIn: "Sign in",
    storage: "The video store did not take the file.",
    expired: "The upload took too long to begin, so the permission for it has ended.",
    unknown: "Something went wrong on our side. Try again in a moment.",
    busy: "You have as many videos in work as there may be at once. Wait until one is done, or delete one.",
    tooLarge: "This video is larger than what may be uploaded.",
    wrongType: "Videos of this type cannot be used.",
    away: "The service does not answer now. Try again in a moment.",
    retry: "Try again",
  },

  sentence: {
    unreadable: "This file cannot be read as a video. Try to save it as MP4, and upload that.",
    speechless:
      "Nobody speaks in the first 100 seconds. The music is chosen by the emotions in voices, so the video needs speech.",
    soundless:
      "This video has no sound. The music is chosen by the emotions in voices, so the video needs speech.",
    pictureless: "This file has no moving picture. Upload a video.",
    heavy: "The video needed more memory than there is. A shorter or smaller one may work.",
    slow: "It took longer than it may. Starting again may help.",
    stopped: "It was stopped before it was done.",
    machine: "The machine that worked on it was lost. Start again.",
    ours: "Something failed on our side; the video is not to blame. Start again.",
    late: "The video was not uploaded in time. Upload it again.",
    lost: "It is not known how this ended. Start again.",
    cluster: "The machines do not answer at the moment. What is known without them is shown.",
    notFailed: "Only what has failed can be started again.",
    gone: "This video is not here any more.",
    unmade: "This version is not there.",
  },
};

type Shape<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...given: infer P) => string
      ? (...given: P) => string
      : Shape<T[K]>;
};

/** What a language must say: a text that is missing or misses what it is given does not compile. */
export type Texts = Shape<typeof en>;
