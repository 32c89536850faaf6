const RATE = 8000;
const HEADER = 44;

/** A tone as a WAV file: the pitch tells from which seed it was made. */
export function tone(seed: number, seconds: number): Buffer {
  const samples = RATE * seconds;
  const wav = Buffer.alloc(HEADER + samples);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + samples, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(RATE, 24);
  wav.writeUInt32LE(RATE, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(samples, 40);
  for (let at = 0; at < samples; at += 1) {
    wav[HEADER + at] = 128 + Math.round(60 * Math.sin((2 * Math.PI * seed * 8 * at) / RATE));
  }
  return wav;
}

/** What a composer writes beside its video. */
export function facts(seed: number, seconds: number) {
  const peaks = Array.from({ length: 256 }, (_, at) => {
    const wave = Math.sin(at / (3 + (seed % 5))) * Math.sin(at * 1.7 * seed) * 0.45 + 0.5;
    return Number((wave * Math.min(1, at / 12, (256 - at) / 12)).toFixed(3));
  });
  return { seed, seconds, emotions: ["neutral", "joy", "joy", "surprise", "sadness"], peaks };
}
