// Added to SimCord's own script: stay at the newest message, unless the reader has scrolled up.
{
  const NEAR = 48, HAND = 1000;
  const timeline = document.getElementById("channel-timeline");
  let follow = true, last = 0, touched = 0;
  const below = () => timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight;
  const keep = () => { if (follow && below() > 1) timeline.scrollTop = timeline.scrollHeight; };
  for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    timeline.addEventListener(name, () => { touched = Date.now(); }, { passive: true });
  }
  timeline.addEventListener("scroll", () => {
    if (below() <= NEAR) follow = true;
    else if (timeline.scrollTop < last && Date.now() - touched < HAND) follow = false;
    last = timeline.scrollTop;
    keep();
  }, { passive: true });
  const watch = new ResizeObserver(keep);
  watch.observe(timeline);
  watch.observe(document.getElementById("channel-message-list"));
}
