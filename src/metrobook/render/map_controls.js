function (map, settings) {
  var texts = settings.texts;
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: texts.zoom_in, zoomOutTitle: texts.zoom_out }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);

  function fit() {
    map.invalidateSize();
    map.fitBounds(settings.bounds, { animate: false });
  }
  fit();
  if (map.getSize().x === 0) { window.addEventListener("resize", fit, { once: true }); }
  map.on("focus", function () { map.scrollWheelZoom.enable(); });
  map.on("blur", function () { map.scrollWheelZoom.disable(); });

  function unclutter() {
    var kept = [];
    map.getContainer().querySelectorAll(".name span").forEach(function (name) {
      var free = [0, -1, 1, -2, 2].some(function (lines) {
        name.style.top = 14 * lines + "px";
        var box = name.getBoundingClientRect();
        var clear = kept.every(function (other) {
          return box.right < other.left || other.right < box.left ||
            box.bottom < other.top || other.bottom < box.top;
        });
        if (clear) { kept.push(box); }
        return clear;
      });
      name.style.visibility = free ? "visible" : "hidden";
    });
  }
  map.on("zoomend overlayadd", unclutter);
  window.addEventListener("load", unclutter);

  var tiles = null;
  var button = document.createElement("button");
  button.type = "button";
  button.className = "online";
  button.textContent = texts.online;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", function () {
    if (tiles) {
      tiles.remove();
      tiles = null;
    } else {
      tiles = L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", {
        attribution: texts.attribution, maxZoom: 19
      }).addTo(map);
    }
    button.textContent = tiles ? texts.offline : texts.online;
    button.setAttribute("aria-pressed", String(tiles !== null));
  });
  map.getContainer().insertAdjacentElement("afterend", button);
}
